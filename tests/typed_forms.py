"""One valid form per manual, as web forms send it, and the registrations they become."""

import base64
import json
from datetime import date
from typing import Any, TypeVar

from payroll.check import check_form
from payroll.form import Form, RefusedForm
from schemas.events import FormReceived
from schemas.ids import RegistrationId
from schemas.values import Policy, Registration

K = TypeVar("K")

REGISTRATION = RegistrationId("6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a10")
POLICY = Policy(
    policy_numbers=("P1",),
    products=("WIA Excedent",),
    pensioenwet=True,
    pensioenwet_products=("WIA Excedent",),
    starts_on=date(2026, 1, 1),
    insured_groups=("iedereen",),
    salary_notion="SV-loon",
    mandate_present=True,
)


def token(
    connection: object = 1, registration: str = REGISTRATION, purpose: object = "client_secret", **header: object
) -> str:
    """Shaped like a sealed secret; nobody can open it."""
    bound = {"registration": registration, "connection": connection, "purpose": purpose}
    first = json.dumps({"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "epk": {}, **bound, **header}).encode()
    return f"{base64.urlsafe_b64encode(first).decode().rstrip('=')}.{'k' * 54}.{'i' * 16}.{'c' * 20}.{'t' * 22}"


def loket(**changes: Any) -> dict[str, Any]:
    """Manual 001."""
    return {
        "kind": "self_managed",
        "package": "loket",
        "company_name": "Bakkerij De Korst B.V.",
        "email": "salaris@dekorst.example",
        "raamwerkcontractnummer": "A0201234",
        "loonheffingennummer": "123456782L01",
        "frequency": "month",
        "thirteenth_month": False,
        "dgas": [{"name": "Zoë van der Meer", "personnel_number": "1"}],
        "connections": [{"employer_code": "8106625"}],
    } | changes


def raet(*, registration: str = REGISTRATION, **changes: Any) -> dict[str, Any]:
    """Manual 000, two entities."""
    codes = enumerate(("10000001", "10000002"), start=1)
    connections = [{"employer_code": code, "client_secret": token(number, registration)} for number, code in codes]
    return loket(package="raet", client_id="raet-client", connections=connections) | changes


def exact(*, registration: str = REGISTRATION, **changes: Any) -> dict[str, Any]:
    """Manual 003, by a processor."""
    connections = [{"employer_code": "12", "client_secret": token(1, registration)}]
    by_processor = {"kind": "employer_registration", "package": "exact", "processor_name": "Kantoor Noord"}
    return loket(**by_processor, client_id="exact-client", connections=connections) | changes


def processor(registration: str = REGISTRATION, **changes: Any) -> dict[str, Any]:
    """Manual 004."""
    return {
        "kind": "processor_registration",
        "package": "loket_webservice",
        "company_name": "Kantoor Noord",
        "email": "noord@kantoor.example",
        "username": "Webservice#01",
        "password": token(0, registration, "password"),
        "environment_code": "4711",
    } | changes


def received(form: dict[str, Any], **more: Any) -> FormReceived:
    """The event that brings this form."""
    return FormReceived(submission_id="f-1", form=form, **more)


def checked(kind: type[K], form: object, **more: Any) -> K:
    """What the form is found to be, which is of this kind."""
    found = check_form(form, REGISTRATION, **more)
    assert isinstance(found, kind), found
    return found


def named(form: object, **more: Any) -> list[tuple[str, str]]:
    """The fields of a form that is refused, with what is wrong with them."""
    return [(fault.field, fault.code) for fault in checked(RefusedForm, form, **more).faults]


def registered(form: dict[str, Any]) -> Registration:
    """The registration that the form becomes."""
    found = checked(Form, form)
    fields = {name: getattr(found, name) for name in Registration.model_fields if name != "reference"}
    return Registration(reference="ABCDEFGHJK1", **fields)
