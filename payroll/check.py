"""The check of a whole form: shape and rules in one pass, so that the customer hears everything at once.

A field that is null or blank counts as left open, as web forms send it. Plain functions and one table of fields: this
runs for every registration.
"""

from collections.abc import Sequence
from typing import Any

from payroll import choices, fields
from payroll.asked import AskedConnection, AskedField, asked_connection, asked_fields, asked_identifiers
from payroll.fault import FaultCode
from payroll.field_reader import FieldReader, Json
from payroll.form import Form, RefusedForm
from payroll.packages import packages
from payroll.unasked import shown_name
from schemas.foreign_json import Defect
from schemas.values import Connection, Dga, Identifier, SealedSecret

DGAS_MAX = 20

_KIND = AskedField("kind", choices.kind)
_PACKAGE = AskedField("package", choices.package_slug)
_DGA_NAME = AskedField("name", fields.name)
_PERSONNEL_NUMBER = AskedField("personnel_number", fields.personnel_number)

_FORM_NAMES = frozenset(
    {"kind", "package", "dgas", "connections"}
    | {field.name for field in (*asked_fields(None, None), *asked_identifiers(None))}
)
_DGA_NAMES = frozenset({"name", "personnel_number"})


def check_form(form: object, registration: str, defects: Sequence[Defect] = ()) -> Form | RefusedForm:
    """Check the `form` of a FormReceived, already parsed.

    Args:
        form: the JSON value.
        registration: the registration's id (UUID as text), to which its secrets must be bound.
        defects: what was wrong with the JSON although it parsed.

    Returns:
        The form with every value in its normal form, or every fault in it: at most 50, and one more for the rest.
    """
    reader = FieldReader()
    for defect in defects:
        reader.faults.add(shown_name(defect.key) if defect.key else "form", FaultCode(defect.code.value))
    if not isinstance(form, dict):
        reader.faults.add("form", FaultCode.WRONG_TYPE)
        return RefusedForm(faults=reader.faults.all())
    values = _values(form, registration, reader)
    if faults := reader.faults.all():
        kept = {name: values[name] for name in ("email", "company_name", "package")}
        return RefusedForm(faults=faults, **kept)
    return Form(**values, warnings=reader.warnings)


def _values(form: Json, registration: str, reader: FieldReader) -> dict[str, Any]:
    kind = reader.value(form, _KIND)
    slug = reader.value(form, _PACKAGE)
    if kind and slug and kind not in packages()[slug].kinds:
        reader.faults.add("kind", FaultCode.KIND_NOT_OFFERED)
    values = {field.name: reader.value(form, field) for field in asked_fields(kind, slug)}
    typed = [(field.name, reader.value(form, field)) for field in asked_identifiers(slug)]
    values["identifiers"] = tuple(Identifier(name=name, value=value) for name, value in typed if value)
    values["kind"] = kind
    values["package"] = slug
    values["dgas"] = _dgas(form, reader)
    values["connections"] = _connections(form, registration, slug, reader)
    reader.refuse_unasked(form, _FORM_NAMES)
    return values


def _dgas(form: Json, reader: FieldReader) -> tuple[Dga, ...]:
    dgas: dict[tuple[str, str], Dga] = {}
    for index, item in reader.objects(form, "dgas", count_max=DGAS_MAX):
        path = f"dgas.{index}."
        name = reader.value(item, _DGA_NAME, path)
        number = reader.value(item, _PERSONNEL_NUMBER, path)
        reader.refuse_unasked(item, _DGA_NAMES, path)
        if name and number:
            if (name, number) in dgas:
                reader.faults.add(f"dgas.{index}", FaultCode.DGA_DUPLICATE)
            dgas[name, number] = Dga(name=name, personnel_number=number)
    return tuple(dgas.values())


def _connections(form: Json, registration: str, slug: str | None, reader: FieldReader) -> tuple[Connection, ...]:
    asked = asked_connection(slug)
    connections: dict[str, Connection] = {}
    for index, item in reader.objects(form, "connections", count_min=1, count_max=asked.count_max):
        path = f"connections.{index}."
        code = reader.value(item, asked.employer_code, path)
        secrets = _secrets(item, asked, reader, registration=registration, connection=index + 1)
        reader.refuse_unasked(item, asked.names, path)
        if code in connections:
            reader.faults.add(f"{path}employer_code", FaultCode.EMPLOYER_CODE_DUPLICATE)
        if code:
            connections[code] = Connection(connection=index + 1, employer_code=code, secrets=secrets)
    return tuple(connections.values())


def _secrets(
    item: Json, asked: AskedConnection, reader: FieldReader, *, registration: str, connection: int
) -> tuple[SealedSecret, ...]:
    path = f"connections.{connection - 1}."
    secrets = []
    for field in asked.secrets:
        sealed = reader.value(item, field, path)
        if sealed and not sealed.is_bound_to(registration, connection, field.name):
            reader.faults.add(path + field.name, FaultCode.SECRET_BOUND_ELSEWHERE)
        elif sealed:
            secrets.append(SealedSecret(purpose=field.name, token=sealed.token))
    return tuple(secrets)
