"""Which connection a claim is about: one employer in one package under one employer code.

The employer is known by its loonheffingennummer, else by its contract, else by nothing but the registration. Keys are
hashed: they stand in tables and errors, and the number can be a natural person's BSN.
"""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256

from pydantic import JsonValue

from payroll import choices, fields
from payroll.fault import FieldError
from payroll.form import Form
from payroll.packages import packages
from payroll.typed_text import is_blank
from schemas.events import ProvisioningRefused
from schemas.ids import reference

from .documents import Claim

_KEY_CHARACTERS = 32


def of_form(form: Form, registration: str) -> tuple[str, ...]:
    """The claims of a checked form, in the order of its connections."""
    employer = _employers(form.loonheffingennummer, form.raamwerkcontractnummer, registration)[0]
    return tuple(_key(employer, form.package, connection.employer_code) for connection in form.connections)


def of_typed_form(form: Mapping[str, JsonValue], registration: str) -> tuple[str, ...]:
    """The same before the check, by the same rules; nothing where the check will find a fault in one of the parts."""
    try:
        package = packages()[choices.package_slug(form.get("package"))]
        lhnr = _read(fields.loonheffingen, form.get("loonheffingennummer"))
        contract = None if lhnr else _read(fields.raamwerkcontractnummer, form.get("raamwerkcontractnummer"))
        typed = _employer_codes(form.get("connections"))[: package.connections_max]
        codes = [package.employer_code.parse(code) for code in typed]
    except FieldError:
        return ()
    employer = _employers(lhnr, contract, registration)[0]
    return tuple(_key(employer, package.slug, code) for code in codes)


def of_refusal(event: ProvisioningRefused, registration: str) -> Iterable[str]:
    """Every claim that the refused connection may hold: a number may have been found after the form was sent."""
    employers = _employers(event.loonheffingennummer, event.raamwerkcontractnummer, registration)
    return (_key(employer, event.contact.package, event.contact.employer_code) for employer in employers)


def reference_of(claim: Claim) -> str:
    """The reference of the registration that holds a claim."""
    return reference(claim.registration or "")


def _employers(lhnr: str | None, contract: str | None, registration: str) -> list[str]:
    known = (("lhnr", lhnr), ("contract", contract), ("registration", registration))
    return [f"{name} {number}" for name, number in known if number]


def _key(employer: str, package: str, employer_code: str) -> str:
    return sha256(f"{employer}\n{package}\n{employer_code}".encode()).hexdigest()[:_KEY_CHARACTERS]


def _read(rule: Callable[[object], str], typed: JsonValue) -> str | None:
    return None if is_blank(typed) else rule(typed)


def _employer_codes(connections: JsonValue) -> list[JsonValue]:
    items = connections if isinstance(connections, list) else []
    return [item.get("employer_code") for item in items if isinstance(item, dict)]
