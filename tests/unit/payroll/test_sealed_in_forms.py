"""Secrets in forms: sealed, in their own place, and bound to it."""

import base64
from typing import Any

import pytest
from each import each
from typed_forms import REGISTRATION, checked, exact, loket, named, raet, token

from payroll import sealed_secret
from payroll.fault import FaultCode
from payroll.form import Form
from schemas.sealing import ALGORITHM, ENCRYPTION, Binding, new_private_keys, seal

FIELD = "connections.0.client_secret"


def sealed_as(value: object) -> dict[str, Any]:
    return exact(connections=[{"employer_code": "12", "client_secret": value}])


def with_header(header: bytes) -> str:
    return ".".join([base64.urlsafe_b64encode(header).decode().rstrip("="), *token().split(".")[1:]])


def test_a_really_sealed_secret_is_accepted_unopened() -> None:
    really = seal("s3cr3t", new_private_keys(), Binding(REGISTRATION, 1, "client_secret"))
    assert checked(Form, sealed_as(really)).connections[0].secrets[0].token == really


def test_a_token_may_leave_out_by_which_key_it_was_sealed() -> None:
    checked(Form, sealed_as(token()))
    checked(Form, sealed_as(token(kid="1")))


def test_the_agreed_algorithms_are_those_that_seal() -> None:
    assert (ALGORITHM, ENCRYPTION) == sealed_secret.AGREED


@each(
    [
        "geheim-in-klare-taal",
        "[removed]",
        token()[1:],
        token().rpartition(".")[0],
        f"{token()}.x",
        f" {token()}",
        f"{token()}\n",
        f"{token()[:-1]}\u00e9",
        f"{token()}{'A' * 8192}",
        token(alg="dir"),
        token(enc="A128CBC-HS256"),
        token(epk=None),
        token(zip="DEF"),
        token(jku="https://elders.example/jwks.json"),
        token(jwk={}),
        token(p2c=2_000_000_000),
        token(crit=["exp"]),
        with_header(b'{"alg": [{"'),
        with_header(b'{"a":"\xff\xfe"}'),
        with_header(b'{"a":' + b"[" * 3000),
    ]
)
def test_what_is_not_sealed_is_refused(value: str) -> None:
    assert named(sealed_as(value)) == [(FIELD, FaultCode.SECRET_NOT_SEALED)]


@pytest.mark.parametrize(
    "value",
    [
        token(registration="00000000-0000-8000-8000-000000000000"),
        token(registration=REGISTRATION.upper()),
        token(connection=2),
        token(connection="1"),
        token(connection=True),
        token(connection=1.0),
        token(purpose="password"),
        token(purpose=["client_secret"]),
    ],
)
def test_a_secret_sealed_for_something_else_is_refused(value: str) -> None:
    assert named(sealed_as(value)) == [(FIELD, FaultCode.SECRET_BOUND_ELSEWHERE)]


def test_two_connections_cannot_share_a_token() -> None:
    first, second = raet()["connections"]
    form = raet(connections=[first, second | {"client_secret": first["client_secret"]}])
    assert named(form) == [("connections.1.client_secret", FaultCode.SECRET_BOUND_ELSEWHERE)]


@pytest.mark.parametrize("name", ["client_secret", "password", "Wachtwoord", "secret", "omgevingscode", "api-key"])
@pytest.mark.parametrize("form", [loket(), raet(), exact()], ids=["loket", "raet", "exact"])
def test_a_secret_that_is_not_asked_is_named_as_one(form: dict[str, Any], name: str) -> None:
    assert named(form | {name: "geheim"}) == [(name, FaultCode.SECRET_IN_WRONG_FIELD)]


@pytest.mark.parametrize("value", ["geheim", token(), 7])
def test_loket_takes_no_secret_in_a_connection(value: object) -> None:
    form = loket(connections=[{"employer_code": "8106625", "client_secret": value}])
    assert named(form) == [(FIELD, FaultCode.SECRET_IN_WRONG_FIELD)]


PLACES: list[tuple[str, dict[str, Any]]] = [
    *((name, raet(**{name: token()})) for name in raet() if name not in ("dgas", "connections", "thirteenth_month")),
    ("processor_name", exact(processor_name=token())),
    ("opmerking", exact(opmerking=f"mijn secret is {token()}")),
    ("client_id", loket(client_id=token())),
    ("dgas.0.name", exact(dgas=[{"name": token(), "personnel_number": "1"}])),
    ("dgas.0.personnel_number", exact(dgas=[{"name": "Jan", "personnel_number": token()}])),
    ("connections.0.employer_code", loket(connections=[{"employer_code": token()}])),
]


@each(PLACES)
def test_a_sealed_secret_in_any_other_field_is_named_as_one(case: tuple[str, dict[str, Any]]) -> None:
    field, form = case
    assert (field, "SECRET_IN_WRONG_FIELD") in named(form)
