"""A form made ready to be sent: its secrets sealed, all of it checked, or everything that is wrong with it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from joserfc.jwk import KeySet
from pydantic import JsonValue

from ops.form_file import Illegible, WrittenForm
from ops.view import View
from payroll.asked import asked_connection
from payroll.check import check_form
from payroll.fault import Fault, FaultCode, FieldError, fault
from payroll.form import RefusedForm
from payroll.sealed_secret import clear_secret
from payroll.typed_text import is_blank
from schemas.clear_secrets import COMPACT_JWE
from schemas.codec import FOREIGN_BYTES_MAX
from schemas.events import FormReceived
from schemas.ids import registration_id
from schemas.sealing import Binding, seal

SOURCE_CHARACTERS_MAX = 255
SUBMISSION_ID = re.compile(r"[!-~]{1,100}")

MESSAGES = {
    "NOT_JSON": "Dit is geen JSON-object in UTF-8, of het is te diep genest.",
    "TOO_LARGE": f"Dit is te groot. Een formulier heeft hooguit {FOREIGN_BYTES_MAX} bytes.",
    "SOURCE_FORMAT": f"Een bron heeft 1 tot {SOURCE_CHARACTERS_MAX} zichtbare tekens.",
    "SUBMISSION_ID_FORMAT": "Een submission_id heeft 1 tot 100 zichtbare ASCII-tekens, zonder spaties.",
    "SUBMISSION_ID_REUSED": "Een eerder formulier heeft hetzelfde submission_id. Alleen het eerste telt.",
}
"""What can be wrong around a form; what can be wrong in it, payroll says."""


class Problem(View):
    """One thing to correct, at a place (file:line). Never what was typed."""

    place: str
    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ReadyForm:
    """A form that may be sent; `typed` is what it was before its secrets were sealed."""

    place: str
    source: str
    registration: str
    event: FormReceived
    typed: JsonValue = field(repr=False)


def problem(place: str, field: str, code: str) -> Problem:
    """One of the things that can be wrong around a form."""
    return Problem(place=place, field=field, code=code, message=MESSAGES[code])


def checked(written: WrittenForm | Illegible, keys: KeySet) -> ReadyForm | tuple[Problem, ...]:
    """The form, its clear secrets sealed for the holder of these keys, or every fault in it and around it."""
    if isinstance(written, Illegible):
        return (problem(written.place, "form", written.code),)
    around = tuple(_around(written))
    source, submission_id = str(written.source), str(written.submission_id)
    registration = registration_id(source, submission_id)
    form, too_long = _sealed(written.form, keys, registration)
    found = check_form(form, registration, written.defects)
    faults = found.faults if isinstance(found, RefusedForm) else ()
    inside = tuple(_inside(written.place, one, too_long) for one in faults)
    if around or inside or not isinstance(form, dict):
        return around + inside
    event = FormReceived(submission_id=submission_id, form=form)
    if len(event.model_dump_json().encode()) > FOREIGN_BYTES_MAX:
        return (problem(written.place, "form", "TOO_LARGE"),)
    return ReadyForm(written.place, source, registration, event, written.form)


def _around(written: WrittenForm) -> Iterator[Problem]:
    source, submission_id = written.source, written.submission_id
    if not (isinstance(source, str) and source.isprintable() and 0 < len(source) <= SOURCE_CHARACTERS_MAX):
        yield problem(written.place, "source", "SOURCE_FORMAT")
    if not (isinstance(submission_id, str) and SUBMISSION_ID.fullmatch(submission_id)):
        yield problem(written.place, "submission_id", "SUBMISSION_ID_FORMAT")


def _inside(place: str, found: Fault, too_long: frozenset[str]) -> Problem:
    if found.field in too_long and found.code is FaultCode.SECRET_NOT_SEALED:
        found = fault(found.field, FaultCode.SECRET_LENGTH)
    return Problem(place=place, field=found.field, code=found.code.value, message=found.message)


def _sealed(form: JsonValue, keys: KeySet, registration: str) -> tuple[JsonValue, frozenset[str]]:
    """The form with every secret sealed that can be, and the paths of those that are too long."""
    connections = form.get("connections") if isinstance(form, dict) else None
    if not isinstance(form, dict) or not isinstance(connections, list):
        return form, frozenset()
    purposes = [secret.name for secret in asked_connection(None).secrets]
    too_long: set[str] = set()
    sealed: list[JsonValue] = []
    for index, connection in enumerate(connections):
        tokens: dict[str, Any] = {}
        for purpose in purposes if isinstance(connection, dict) else ():
            secret = connection.get(purpose) if isinstance(connection, dict) else None
            if not isinstance(secret, str) or is_blank(secret) or COMPACT_JWE.fullmatch(secret):
                continue
            try:
                tokens[purpose] = seal(clear_secret(secret), keys, Binding(registration, index + 1, purpose))
            except FieldError:
                too_long.add(f"connections.{index}.{purpose}")
        sealed.append(connection | tokens if isinstance(connection, dict) else connection)
    return form | {"connections": sealed}, frozenset(too_long)
