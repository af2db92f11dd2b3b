"""The forms beside registrations of employers: link request, processor's registration, correction, withdrawal."""

from typing import Any

from payroll.asked import (
    COMPANY_NAME,
    CONNECTIONS_MAX,
    CONTRACT_NUMBER,
    EMAIL,
    LOONHEFFINGENNUMMER,
    PLAIN_FIELDS,
    PROCESSOR_EMAIL,
    PROCESSOR_NAME,
    Demand,
    asked_connection,
    asked_identifiers,
    asked_of_processor,
)
from payroll.earlier_form import read_named
from payroll.fault import FaultCode, FieldError
from payroll.field_reader import FieldReader, Json
from payroll.registration_form import read_dgas, read_identifiers, read_package, without_nulls
from payroll.sealed_fields import SealedTo, read_secrets
from payroll.typed_text import is_blank
from schemas.values import FormKind

CONNECTION_NUMBER = "connection"
CONNECTION_NOT_YOURS = "Deze koppeling hoort niet bij je aanmelding, of is al gestopt."
"""For a withdrawal: the usual sentence says how to register another code, which nobody wants who withdraws one."""

_LINK_REQUEST = (
    COMPANY_NAME,
    EMAIL,
    PROCESSOR_NAME,
    PROCESSOR_EMAIL,
    LOONHEFFINGENNUMMER,
    CONTRACT_NUMBER._replace(demand=Demand.OPTIONAL),
)
_CHANGEABLE = tuple(field._replace(demand=Demand.OPTIONAL) for field in PLAIN_FIELDS)


def read_link_request(form: Json, kind: FormKind | None, reader: FieldReader, sealed_to: SealedTo) -> dict[str, Any]:
    """An employer asks for the link."""
    del kind, sealed_to
    return {field.name: reader.value(form, field) for field in _LINK_REQUEST}


def read_processor(form: Json, kind: FormKind | None, reader: FieldReader, sealed_to: SealedTo) -> dict[str, Any]:
    """A processor registers itself; its secrets are sealed for no connection."""
    slug = read_package(form, kind, reader)
    identifiers, secrets = asked_of_processor(slug)
    return {
        "package": slug,
        "company_name": reader.value(form, COMPANY_NAME),
        "email": reader.value(form, EMAIL),
        "identifiers": read_identifiers(form, identifiers, reader),
        "secrets": read_secrets(form, secrets, reader, sealed_to),
    }


def read_correction(form: Json, kind: FormKind | None, reader: FieldReader, sealed_to: SealedTo) -> dict[str, Any]:
    """What changes of an earlier form, each part checked by itself: the earlier form's package is not known here."""
    del kind
    earlier = read_named(form, reader)
    for field in _CHANGEABLE:
        reader.value(form, field)
    read_identifiers(form, asked_identifiers(None), reader)
    read_secrets(form, asked_of_processor(None)[1], reader, sealed_to)
    if not is_blank(form.get("dgas")):
        read_dgas(form, reader)
    _corrected_connections(form, reader, sealed_to)
    return {"earlier": earlier}


def read_withdrawal(form: Json, kind: FormKind | None, reader: FieldReader, sealed_to: SealedTo) -> dict[str, Any]:
    """An earlier registration is withdrawn, or single connections of it."""
    del kind, sealed_to
    return {"earlier": read_named(form, reader), "connections": _withdrawn_connections(form, reader)}


def connection_number(change: Json, place: int) -> Any:
    """Which connection a correction means: by its number, else by its place in the list, from 1."""
    number = change.get(CONNECTION_NUMBER)
    return place if is_blank(number) else number


def number_fault(number: object, largest: int) -> FaultCode | None:
    """What is wrong with a connection's number where this is the largest, if anything."""
    if type(number) is not int:
        return FaultCode.WRONG_TYPE
    return None if 1 <= number <= largest else FaultCode.CONNECTION_UNKNOWN


def _withdrawn_connections(form: Json, reader: FieldReader) -> tuple[int, ...]:
    """The numbers of the connections that are withdrawn; none if the list is left open: then the whole registration is.

    Places in the list do not count as numbers here, and an empty list is a fault: a link ended by mistake is costly.
    """
    numbers: list[int] = []
    named = reader.objects(form, "connections", count_max=CONNECTIONS_MAX, count_min=1, demand=Demand.OPTIONAL)
    for index, item in named:
        number: Any = item.get(CONNECTION_NUMBER)
        path = f"connections.{index}."
        if is_blank(number):
            reader.faults.add(path + CONNECTION_NUMBER, FaultCode.REQUIRED)
        elif code := number_fault(number, CONNECTIONS_MAX):
            message = CONNECTION_NOT_YOURS if code is FaultCode.CONNECTION_UNKNOWN else None
            reader.faults.add_error(path + CONNECTION_NUMBER, FieldError(code, message))
        else:
            numbers.append(number)
        reader.refuse_unasked(item, frozenset({CONNECTION_NUMBER}), path)
    return tuple(numbers)


def _corrected_connections(form: Json, reader: FieldReader, sealed_to: SealedTo) -> None:
    asked = asked_connection(None)
    code = asked.employer_code._replace(demand=Demand.OPTIONAL)
    form, nulls = without_nulls(form)
    for index, item in reader.objects(form, "connections", count_max=CONNECTIONS_MAX, demand=Demand.OPTIONAL):
        if index in nulls:
            continue
        path = f"connections.{index}."
        number = connection_number(item, index + 1)
        if unusable := number_fault(number, CONNECTIONS_MAX):
            reader.faults.add(path + CONNECTION_NUMBER, unusable)
            continue
        reader.value(item, code, path)
        read_secrets(item, asked.secrets, reader, sealed_to.at(number, path))
        reader.refuse_unasked(item, asked.names | {CONNECTION_NUMBER}, path)
