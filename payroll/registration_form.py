"""The forms that register employers: by themselves, or by their processor."""

from typing import Any

from payroll import choices, fields
from payroll.asked import AskedField, asked_connection, asked_fields, asked_identifiers, left_to_processor
from payroll.earlier_form import read_superseded
from payroll.fault import FaultCode, FieldError
from payroll.field_reader import FieldReader, Json
from payroll.packages import packages
from payroll.sealed_fields import SealedTo, read_secrets
from schemas.values import Connection, Dga, FormKind, Identifier

DGAS_MAX = 20
PACKAGE = AskedField("package", choices.package_slug)

_DGA_NAME = AskedField("name", fields.name)
_PERSONNEL_NUMBER = AskedField("personnel_number", fields.personnel_number)
_DGA_NAMES = frozenset({"name", "personnel_number"})


def read_registration(form: Json, kind: FormKind | None, reader: FieldReader, sealed_to: SealedTo) -> dict[str, Any]:
    """The values of a registration, as far as they can be read; also for a form whose kind is not known."""
    slug = read_package(form, kind, reader)
    values = {field.name: reader.value(form, field) for field in asked_fields(kind, slug)}
    values["identifiers"] = read_identifiers(form, asked_identifiers(slug), reader)
    if kind is not None:
        for field in left_to_processor(slug):
            reader.value(form, field)
    values["kind"] = kind
    values["package"] = slug
    values["dgas"] = read_dgas(form, reader, payrolls=len(typed_connections(form)))
    values["connections"] = _connections(form, slug, reader, sealed_to)
    values["supersedes"] = read_superseded(form, reader)
    return values


def read_package(form: Json, kind: FormKind | None, reader: FieldReader) -> str | None:
    """The package's slug; if the package does not offer this kind of form, the fault names the kinds that it offers."""
    slug: str | None = reader.value(form, PACKAGE)
    if kind and slug and kind not in packages()[slug].kinds:
        package = packages()[slug]
        offers = f"Voor {package.title} is er alleen dit formulier: {package.title_of_kinds}."
        reader.faults.add_error("kind", FieldError(FaultCode.KIND_NOT_OFFERED, offers))
    return slug


def read_identifiers(form: Json, asked: tuple[AskedField, ...], reader: FieldReader) -> tuple[Identifier, ...]:
    """What the user of the link is known by."""
    return tuple(
        Identifier(name=field.name, value=value)
        for field in asked
        if (field.name in form or field.mandatory) and (value := reader.value(form, field))
    )


def read_dgas(form: Json, reader: FieldReader, payrolls: int | None = None) -> tuple[Dga, ...]:
    """The DGAs, each once; "none" must be said. If there is just one payroll, no two have the same personnel number."""
    dgas: dict[tuple[str, str], Dga] = {}
    for index, item in reader.objects(form, "dgas", count_max=DGAS_MAX):
        path = f"dgas.{index}."
        name = reader.value(item, _DGA_NAME, path)
        number = reader.value(item, _PERSONNEL_NUMBER, path)
        reader.refuse_unasked(item, _DGA_NAMES, path)
        if name and number:
            if (name, number) in dgas:
                reader.faults.add(f"dgas.{index}", FaultCode.DGA_DUPLICATE)
            elif payrolls == 1 and any(one.personnel_number == number for one in dgas.values()):
                reader.refuse_unless_kept(f"{path}personnel_number", FaultCode.PERSONNEL_NUMBER_DUPLICATE)
            dgas[name, number] = Dga(name=name, personnel_number=number)
    return tuple(dgas.values())


def _connections(form: Json, slug: str | None, reader: FieldReader, sealed_to: SealedTo) -> tuple[Connection, ...]:
    asked = asked_connection(slug)
    connections: dict[str, Connection] = {}
    form, nulls = without_nulls(form)
    for index, item in reader.objects(form, "connections", count_min=1, count_max=asked.count_max):
        if index in nulls:
            continue
        path = f"connections.{index}."
        code = reader.value(item, asked.employer_code, path)
        secrets = read_secrets(item, asked.secrets, reader, sealed_to.at(index + 1, path))
        reader.refuse_unasked(item, asked.names, path)
        if code in connections:
            reader.faults.add(f"{path}employer_code", FaultCode.EMPLOYER_CODE_DUPLICATE)
        if code:
            connections[code] = Connection(connection=index + 1, employer_code=code, secrets=secrets)
    return tuple(connections.values())


def typed_connections(form: Json) -> list[Any]:
    """The list of connections as it was typed, with null for each that was dropped; empty if there is no list."""
    typed = form.get("connections")
    return typed if isinstance(typed, list) else []


def without_nulls(form: Json) -> tuple[Json, frozenset[int]]:
    """The form with empty objects for the nulls in its list of connections, and the places of those nulls.

    A null stands for a connection that was dropped, so that the others keep their numbers.
    """
    typed = typed_connections(form)
    if None not in typed:
        return form, frozenset()
    places = frozenset(place for place, one in enumerate(typed) if one is None)
    given = [{} if one is None else one for one in typed] if len(places) < len(typed) else []
    return {**form, "connections": given}, places
