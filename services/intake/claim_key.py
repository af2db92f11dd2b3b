"""Which connection a claim is about: one employer in one package under one employer code.

The employer is identified by its loonheffingennummer, otherwise by its contract, otherwise only by the registration. If
a package lets the loonheffingennummer be missing, a form that has one takes the contract's claim as well, beside others
that have one: so it meets every form that has only the contract (docs/decisions/0011). Keys are hashed: they stand in
tables and errors, and the number can be a natural person's BSN.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from pydantic import JsonValue

from payroll import choices, fields
from payroll.address_key import hashed
from payroll.fault import FieldError
from payroll.form import Form
from payroll.package import Package
from payroll.packages import packages
from payroll.registration_form import typed_connections
from payroll.typed_text import is_blank
from schemas.events import ProvisioningRefused
from schemas.ids import RegistrationId
from schemas.values import Registration

_LHNR, _CONTRACT = "lhnr", "contract"


class Names(NamedTuple):
    """The claims of one connection: it alone has `own`, and takes `shared` beside others with claims of their own."""

    own: str
    shared: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Both, or the one there is."""
        return (self.own,) if self.shared is None else (self.own, self.shared)


def of_form(form: Form, registration: RegistrationId) -> tuple[Names, ...]:
    """The claims of a checked form, in the order of its connections."""
    employers = _employers(form.loonheffingennummer, form.raamwerkcontractnummer, registration)
    package = packages()[form.package]
    return tuple(_names(employers, package, connection.employer_code) for connection in form.connections)


def of_typed_form(form: Mapping[str, JsonValue], registration: RegistrationId) -> tuple[Names, ...]:
    """The same before the check, by the same rules; nothing if the check will find a fault in one of the parts."""
    try:
        package = packages()[choices.package_slug(form.get("package"))]
        lhnr = _read(fields.loonheffingennummer, form.get("loonheffingennummer"))
        by_lhnr = package.policy_keys_required
        contract = None if by_lhnr else _read(fields.raamwerkcontractnummer, form.get("raamwerkcontractnummer"))
        typed = [one.get("employer_code") for one in typed_connections(form) if isinstance(one, dict)]
        codes = [package.employer_code.parse(code) for code in typed[: package.connections_max]]
    except FieldError:
        return ()
    employers = _employers(lhnr, contract, registration)
    return tuple(_names(employers, package, code) for code in codes)


def of_match(registration: Registration, lhnr: str, contract: str) -> tuple[Names, ...]:
    """The claims that its connections would have if the form had these numbers."""
    employers, package = _employers(lhnr, contract, ""), packages()[registration.package]
    return tuple(_names(employers, package, connection.employer_code) for connection in registration.connections)


def of_refusal(event: ProvisioningRefused, registration: RegistrationId) -> Iterable[str]:
    """Every claim that the refused connection may hold: a number may have been found after the form was sent."""
    employers = _employers(event.loonheffingennummer, event.raamwerkcontractnummer, registration)
    return (_key(employer, event.contact.package, event.contact.employer_code) for employer in employers)


def _employers(lhnr: str | None, contract: str | None, registration: str) -> list[str]:
    known = ((_LHNR, lhnr), (_CONTRACT, contract), ("registration", registration))
    return [f"{name} {number}" for name, number in known if number]


def _names(employers: list[str], package: Package, employer_code: str) -> Names:
    best, second, *_ = (*employers, "")
    own = _key(best, package.slug, employer_code)
    if package.policy_keys_required or not second.startswith(_CONTRACT):
        return Names(own)
    return Names(own, _key(second, package.slug, employer_code))


def _key(employer: str, package: str, employer_code: str) -> str:
    return hashed(f"{employer}\n{package}\n{employer_code}")


def _read(rule: Callable[[object], str], typed: JsonValue) -> str | None:
    return None if is_blank(typed) else rule(typed)
