"""One valid form per manual, to be changed by the tests that need a wrong one."""

import base64
import json
from typing import Any

REGISTRATION = "6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a10"


def token(
    *, registration: str = REGISTRATION, connection: object = 1, purpose: str = "client_secret", **header: object
) -> str:
    """Shaped like a sealed secret; nobody can open it."""
    protected = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "epk": {}, "registration": registration}
    protected |= {"connection": connection, "purpose": purpose, **header}  # type: ignore[dict-item]
    first = base64.urlsafe_b64encode(json.dumps(protected).encode()).decode().rstrip("=")
    return f"{first}.{'k' * 54}.{'i' * 16}.{'c' * 20}.{'t' * 22}"


def loket(**changes: object) -> dict[str, Any]:
    """Manual 001: an employer without a processor."""
    return {
        "kind": "self_managed",
        "package": "loket",
        "company_name": "Bakkerij 't Zoute Brood B.V.",
        "email": "salaris@zoutebrood.example",
        "raamwerkcontractnummer": "A0201234",
        "loonheffingennummer": "123456782L01",
        "frequency": "month",
        "thirteenth_month": False,
        "dgas": [{"name": "Zoë van der Meer", "personnel_number": "1"}],
        "connections": [{"employer_code": "8106625"}],
    } | changes


def raet(**changes: object) -> dict[str, Any]:
    """Manual 000: several entities under one client."""
    connections = [
        {"employer_code": "10000001", "client_secret": token(connection=1)},
        {"employer_code": "10000002", "client_secret": token(connection=2)},
    ]
    return loket(package="raet", client_id="raet-client", connections=connections) | changes


def exact(**changes: object) -> dict[str, Any]:
    """Manual 003: a processor registers an employer."""
    return (
        loket(
            kind="employer_registration",
            package="exact",
            processor_name="Kantoor Noord",
            client_id="exact-client",
            connections=[{"employer_code": "12", "client_secret": token()}],
        )
        | changes
    )


def without(form: dict[str, Any], *names: str) -> dict[str, Any]:
    """The form without these fields."""
    return {name: value for name, value in form.items() if name not in names}
