"""Seals a form's secrets and checks all of it: the outcome may be sent, or is everything that is wrong with it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from joserfc.jwk import KeySet
from pydantic import JsonValue
from pydantic_core import to_json

from ops.forms.file import SOURCE, Illegible, WrittenForm
from ops.terminal.view import View
from payroll.asked import REFERENCE, AskedField, asked_connection, asked_of_processor
from payroll.check import check_form
from payroll.fault import Fault, FaultCode, FieldError, fault
from payroll.field_reader import FieldReader
from payroll.form import RefusedForm
from payroll.other_forms import CONNECTION_NUMBER
from payroll.sealed_fields import NO_CONNECTION
from payroll.sealed_secret import clear_secret
from payroll.sealed_secret import read as read_token
from payroll.typed_text import is_blank
from schemas.codec import FOREIGN_BYTES_MAX
from schemas.envelope import HEADER_BYTES_MAX, HEADERS_MAX
from schemas.events import FormReceived
from schemas.foreign_json import DefectCode
from schemas.ids import reference, registration_id
from schemas.sealing import Binding, seal

SOURCE_CHARACTERS_MAX = 255
SUBMISSION_ID = re.compile(r"[!-~]{1,100}")

MESSAGES = {
    "EMPTY": "Hier staat geen formulier.",
    "NOT_JSON": "Dit is geen JSON-object in UTF-8 zonder byte order mark, of het is te diep genest.",
    "REQUIRED": "Dit deel ontbreekt.",
    "WRONG_TYPE": "Dit deel is geen JSON-object.",
    "TOO_LARGE": f"Dit is te groot. Een formulier heeft hooguit {FOREIGN_BYTES_MAX} bytes.",
    "FORM_ALONE": 'Dit is alleen het formulier. In een record staat er {"submission_id": ..., "form": ...} om.',
    "HEADER_INVALID": "Deze header heeft niet de juiste vorm.",
    "HEADER_MISSING": "Deze header ontbreekt.",
    "HEADER_TOO_LARGE": f"Deze header is te lang: hij heeft hooguit {HEADER_BYTES_MAX} bytes.",
    "TOO_MANY_HEADERS": f"Dit zijn te veel headers: een record heeft er hooguit {HEADERS_MAX}.",
    "UNKNOWN_VERSION": "Deze versie van het formulier kennen wij niet.",
    "WRONG_TOPIC": "Dit is een andere gebeurtenis dan form-received.",
    "SECRET_IN_CLEAR": "Dit geheim is niet versleuteld. Dat mag alleen hier: verzonden wordt het geweigerd.",
    "SOURCE_FORMAT": f"Een bron heeft 1 tot {SOURCE_CHARACTERS_MAX} zichtbare tekens.",
    "SOURCE_UNKNOWN": "Of de geheimen bij deze aanmelding horen is niet nagekeken: bron of submission_id ontbreekt.",
    "SUBMISSION_ID_FORMAT": "Een submission_id heeft 1 tot 100 zichtbare ASCII-tekens, zonder spaties.",
    "SUBMISSION_ID_REUSED": "Een eerder formulier heeft hetzelfde submission_id. Alleen het eerste telt.",
}
"""What can be wrong around a form; payroll has the messages about what is wrong in it."""


class Problem(View):
    """One thing to correct, at a place (file:line). It never repeats what was typed."""

    place: str
    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ReadyForm:
    """A form that may be sent; `typed` is the form before its secrets were sealed."""

    place: str
    source: str
    registration: str
    event: FormReceived
    typed: JsonValue = field(repr=False)
    warnings: tuple[Problem, ...] = ()


Checked: TypeAlias = ReadyForm | tuple[Problem, ...]


def problem(place: str, field: str, code: str) -> Problem:
    """One of the things that can be wrong around a form."""
    return Problem(place=place, field=field, code=code, message=MESSAGES[code])


def checked(written: WrittenForm | Illegible, keys: KeySet) -> Checked:
    """The form, with its clear secrets sealed for the holder of these keys, or every fault in it and around it.

    Without a source nobody knows for which registration its secrets have to be sealed. The first registration that they
    name is then accepted, with a warning.
    """
    if isinstance(written, Illegible):
        return (problem(written.place, written.field, written.code),)
    source, submission_id = str(written.source or SOURCE), str(written.submission_id)
    registration = registration_id(source, submission_id)
    form, sealer = _sealed(written, keys, registration)
    too_long, unsure = frozenset(sealer.too_long), sealer.named[:1] if written.source is None else []
    around = tuple(_around(written, form))
    found = check_form(form, registration, written.defects, (*unsure, *_corrected(form, sealer.named)))
    faults = found.faults if isinstance(found, RefusedForm) else ()
    inside = tuple(_inside(written.place, one, too_long) for one in faults)
    if around or inside or not isinstance(form, dict):
        return around + inside
    event = FormReceived(submission_id=submission_id, form=form)
    warnings = () if isinstance(found, RefusedForm) else found.warnings
    odd = tuple(_inside(written.place, one, too_long) for one in warnings)
    odd += (problem(written.place, "source", "SOURCE_UNKNOWN"),) if unsure else ()
    if written.headers is not None:
        odd += tuple(problem(written.place, path, "SECRET_IN_CLEAR") for path in sealer.clear)
    return ReadyForm(written.place, source, registration, event, written.form, odd)


def each_checked(
    written: Iterable[WrittenForm | Illegible], check: Callable[[WrittenForm | Illegible], Checked]
) -> Iterator[Checked]:
    """What the check says of each form, in order; a form that was there before yields `()`: not sent, and no fault."""
    typed: dict[str, JsonValue] = {}
    for one in written:
        found = check(one)
        if isinstance(found, tuple):
            yield found
        elif found.registration not in typed:
            typed[found.registration] = found.typed
            yield found
        else:
            same = typed[found.registration] == found.typed
            yield () if same else (problem(one.place, "submission_id", "SUBMISSION_ID_REUSED"),)


def _around(written: WrittenForm, form: JsonValue) -> Iterator[Problem]:
    source, submission_id = written.source, written.submission_id
    if source is not None and not (
        isinstance(source, str) and source.isprintable() and 0 < len(source) <= SOURCE_CHARACTERS_MAX
    ):
        yield problem(written.place, "source", "SOURCE_FORMAT")
    if not (isinstance(submission_id, str) and SUBMISSION_ID.fullmatch(submission_id)):
        yield problem(written.place, "submission_id", "SUBMISSION_ID_FORMAT")
    if len(to_json({"submission_id": submission_id, "form": form})) > FOREIGN_BYTES_MAX:
        yield problem(written.place, "form", "TOO_LARGE")


def _inside(place: str, found: Fault, too_long: frozenset[str]) -> Problem:
    if found.field in too_long and found.code is FaultCode.SECRET_NOT_SEALED:
        found = fault(found.field, FaultCode.SECRET_LENGTH)
    return Problem(place=place, field=found.field, code=found.code.value, message=found.message)


def _sealed(written: WrittenForm, keys: KeySet, registration: str) -> tuple[JsonValue, "_Sealer"]:
    """The form with every secret sealed that can be, and the sealer with what it found."""
    form, is_broken = written.form, any(defect.code is DefectCode.NOT_UNICODE for defect in written.defects)
    sealer = _Sealer(keys, registration, is_broken=is_broken)
    if not isinstance(form, dict):
        return form, sealer
    sealed = sealer.sealed(form, asked_of_processor(None)[1], NO_CONNECTION, "")
    connections = form.get("connections")
    if isinstance(connections, list):
        secrets = asked_connection(None).secrets
        sealed["connections"] = [
            sealer.sealed(connection, secrets, _number(connection, index), f"connections.{index}.")
            if isinstance(connection, dict)
            else connection
            for index, connection in enumerate(connections)
        ]
    return sealed, sealer


def _corrected(form: JsonValue, named: Iterable[str]) -> Iterator[str]:
    """The named registrations that this form corrects: its secrets may be sealed for those as well."""
    quoted = FieldReader().value(form, REFERENCE) if isinstance(form, dict) else None
    return (one for one in named if reference(one) == quoted)


def _number(connection: Mapping[str, JsonValue], index: int) -> int:
    stated = connection.get(CONNECTION_NUMBER)
    return stated if type(stated) is int else index + 1


@dataclass
class _Sealer:
    """Seals a form's clear secrets, and notes what it found.

    `clear` and `too_long` are paths of secrets: those that were sealed, and those that are too long to be. `named`: the
    registrations that secrets were sealed for before they came here. `is_broken`: the form has a lone surrogate, which
    was read as U+FFFD. A secret with one is left in clear, so that its fault can still be found.
    """

    keys: KeySet
    registration: str
    is_broken: bool
    clear: list[str] = field(default_factory=list)
    too_long: set[str] = field(default_factory=set)
    named: list[str] = field(default_factory=list)

    def sealed(
        self, holder: Mapping[str, JsonValue], secrets: Iterable[AskedField], connection: int, path: str
    ) -> dict[str, JsonValue]:
        """A copy of this form or connection, with each of its clear secrets sealed for its place."""
        tokens: dict[str, JsonValue] = {}
        for purpose in (secret.name for secret in secrets):
            secret = holder.get(purpose)
            if not isinstance(secret, str) or is_blank(secret):
                continue
            if _is_token(secret):
                self._note(secret)
                continue
            if self.is_broken and "\ufffd" in secret:
                continue
            try:
                binding = Binding(self.registration, connection, purpose)
                tokens[purpose] = seal(clear_secret(secret), self.keys, binding)
                self.clear.append(path + purpose)
            except FieldError:
                self.too_long.add(path + purpose)
        return {**holder, **tokens}

    def _note(self, token: str) -> None:
        with suppress(FieldError):
            registration = read_token(token).bound_to[0]
            if isinstance(registration, str):
                self.named.append(registration)


def _is_token(secret: str) -> bool:
    """Whether this looks like a sealed secret. A broken one is a fault; it is not taken for a secret in clear."""
    return secret.lstrip().startswith("eyJ") and "." in secret
