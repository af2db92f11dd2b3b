"""The check of a whole form: shape and rules in one pass, so that the customer hears everything at once.

A field that is null or blank counts as left open, because web forms send such fields. Plain functions and tables of
fields, for speed: this runs for every form.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

from payroll import choices
from payroll.asked import (
    PLAIN_FIELDS,
    AskedField,
    asked_fields,
    asked_identifiers,
    asked_of_processor,
    left_to_processor,
)
from payroll.earlier_form import EARLIER_NAMES
from payroll.fault import FaultCode
from payroll.field_reader import FieldReader, Json
from payroll.form import (
    CheckedForm,
    Correction,
    Form,
    LinkRequest,
    ProcessorRegistration,
    RefusedForm,
    Withdrawal,
)
from payroll.other_forms import read_correction, read_link_request, read_processor, read_withdrawal
from payroll.registration_form import read_registration
from payroll.sealed_fields import SealedTo
from payroll.unasked import shown_name
from schemas.foreign_json import Defect, DefectCode
from schemas.values import FormKind

_KIND = AskedField("kind", choices.kind)
_FRAME = frozenset({"kind", "package", "dgas", "connections", "supersedes"})
"""What a registration holds beside the fields that `asked` names."""


class _Rules(NamedTuple):
    read: Callable[[Json, FormKind | None, FieldReader, SealedTo], dict[str, Any]]
    checked: Callable[..., CheckedForm]


_REGISTRATION = _Rules(read_registration, Form)
_RULES: dict[FormKind | None, _Rules] = {
    "self_managed": _REGISTRATION,
    "employer_registration": _REGISTRATION,
    "processor_registration": _Rules(read_processor, ProcessorRegistration),
    "link_request": _Rules(read_link_request, LinkRequest),
    "correction": _Rules(read_correction, Correction),
    "withdrawal": _Rules(read_withdrawal, Withdrawal),
    None: _REGISTRATION,
}


def check_form(
    form: object,
    registration: str,
    defects: Sequence[Defect] = (),
    also: Sequence[str] = (),
    *,
    kept: bool = False,
) -> CheckedForm | RefusedForm:
    """Check the `form` of a FormReceived, already parsed.

    Args:
        form: the JSON value.
        registration: the registration's id (UUID as text), to which its secrets must be bound.
        defects: what was wrong with the JSON although it parsed.
        also: ids of corrections that brought secrets of this form, bound to them.
        kept: whether it was accepted once: then values that only later rules would refuse are still accepted.

    Returns:
        The form with every value in its normal form, or every fault in it: at most 50, and one more for the rest.
    """
    reader = FieldReader(kept=kept)
    for defect in defects:
        for field in _fields_of(defect, form):
            reader.faults.add(field, FaultCode(defect.code.value))
    if not isinstance(form, dict):
        reader.faults.add("form", FaultCode.REQUIRED if form is None else FaultCode.WRONG_TYPE)
        return RefusedForm(faults=reader.faults.all())
    if (faults := reader.faults.all()) and (not form or any(one.code is DefectCode.TOO_LARGE for one in defects)):
        # The form is a stand-in: empty for what was no object, or the few fields that are read of one too large.
        return RefusedForm(faults=faults, **_to_answer(_REGISTRATION.read(form, None, FieldReader(), SealedTo(()))))
    kind: FormKind | None = reader.value(form, _KIND)
    rules = _RULES[kind]
    values = rules.read(form, kind, reader, SealedTo((registration, *also)))
    reader.refuse_unasked(form, _names(kind), elsewhere=_every_name())
    if faults := reader.faults.all():
        return RefusedForm(faults=faults, **_to_answer(values))
    return rules.checked(**values, warnings=reader.warnings)


def _fields_of(defect: Defect, form: object) -> list[str]:
    """The fields that have the defect, or "form" if that is not known; U+FFFD marks where characters were broken."""
    if defect.key:
        return [shown_name(defect.key)]
    if defect.code is DefectCode.NOT_UNICODE and isinstance(form, dict):
        return [shown_name(name) for name, value in form.items() if "\ufffd" in str(value)] or ["form"]
    return ["form"]


def _to_answer(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values.get(name) for name in ("email", "company_name", "package")}


@cache
def _names(kind: FormKind | None) -> frozenset[str]:
    match kind:
        case "link_request":
            return _of(PLAIN_FIELDS) - {"frequency", "thirteenth_month"} | {"kind"}
        case "processor_registration":
            return frozenset({"kind", "package", "company_name", "email"}) | _credentials()
        case "correction":
            return _every_name() - {"package", "supersedes"}
        case "withdrawal":
            return EARLIER_NAMES | {"kind", "connections"}
        case None:
            return _every_name()
        case _:
            return _FRAME | _of(asked_fields(kind, None)) | _of(asked_identifiers(None)) | _of(left_to_processor(None))


@cache
def _every_name() -> frozenset[str]:
    return _FRAME | _of(PLAIN_FIELDS) | _credentials() | EARLIER_NAMES


def _credentials() -> frozenset[str]:
    identifiers, secrets = asked_of_processor(None)
    return _of(identifiers) | _of(secrets)


def _of(asked: Sequence[AskedField]) -> frozenset[str]:
    return frozenset(field.name for field in asked)
