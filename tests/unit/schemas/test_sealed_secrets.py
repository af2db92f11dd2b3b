"""Tokens open for what they were sealed for, with the right key, and for nothing else."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import KeySet

from schemas.example import VECTORS
from schemas.sealing import Binding, SealingError, new_private_keys, seal, unseal

VECTOR = json.loads(VECTORS.read_text("utf-8"))["sealing"]
KEYS = KeySet.import_key_set({"keys": [VECTOR["private_key"]]})
PUBLISHED = KeySet.import_key_set(VECTOR["published"])
BINDING = Binding("8c0e7a0e-2f2c-8b43-9f5e-0c1b7a9d3e52", 1, "client_secret")
TOKEN = seal("no secret", PUBLISHED, BINDING)


def header_of(token: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
    return found


@pytest.mark.parametrize("vector", VECTOR["opens"], ids=lambda vector: vector["secret"])
def test_a_published_token_opens_to_its_secret(vector: dict[str, str]) -> None:
    binding = Binding(vector["registration"], int(vector["connection"]), vector["purpose"])
    assert unseal(vector["token"], KEYS, binding) == vector["secret"]


def test_the_published_keys_hold_no_private_part() -> None:
    assert "d" not in VECTOR["published"]["keys"][0]
    assert VECTOR["private_key"]["d"]


@settings(max_examples=20)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=512))
def test_a_secret_comes_out_as_it_went_in(secret: str) -> None:
    assert unseal(seal(secret, PUBLISHED, BINDING), KEYS, BINDING) == secret


def test_the_header_says_what_the_contract_says() -> None:
    header = header_of(TOKEN)
    assert {name: header[name] for name in ("alg", "enc", "kid", "registration", "connection", "purpose")} == {
        "alg": "ECDH-ES+A256KW",
        "enc": "A256GCM",
        "kid": "test-only",
        "registration": BINDING.registration,
        "connection": 1,
        "purpose": "client_secret",
    }


@pytest.mark.parametrize(
    "other",
    [
        Binding("8c0e7a0e-2f2c-8b43-9f5e-0c1b7a9d3e53", 1, "client_secret"),
        Binding(BINDING.registration, 2, "client_secret"),
        Binding(BINDING.registration, 1, "password"),
    ],
)
def test_a_token_opens_for_nothing_else(other: Binding) -> None:
    with pytest.raises(SealingError, match="bound to something else"):
        unseal(TOKEN, KEYS, other)


@pytest.mark.parametrize("number", [True, 1.0])
def test_what_json_may_take_for_the_number_of_a_connection_is_none(number: Any) -> None:
    with pytest.raises(SealingError, match="bound to something else"):
        unseal(seal("x", PUBLISHED, Binding(BINDING.registration, number, "client_secret")), KEYS, BINDING)


def test_a_token_without_a_binding_is_refused() -> None:
    registry = jwe.JWERegistry(algorithms=["ECDH-ES+A256KW", "A256GCM"])
    bare = jwe.encrypt_compact({"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}, b"x", PUBLISHED.keys[0], registry=registry)
    with pytest.raises(SealingError, match="bound to something else"):
        unseal(bare, KEYS, BINDING)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(SealingError):
        unseal(TOKEN, new_private_keys(), BINDING)


def test_a_weaker_algorithm_is_refused() -> None:
    weak = jwe.encrypt_compact(
        {"alg": "ECDH-ES", "enc": "A128GCM", "kid": "test-only"},
        b"x",
        PUBLISHED.keys[0],
        registry=jwe.JWERegistry(algorithms=["ECDH-ES", "A128GCM"]),
    )
    with pytest.raises(SealingError):
        unseal(weak, KEYS, BINDING)


@given(st.data())
def test_a_spoilt_token_is_refused(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(TOKEN) - 1))
    spoilt = TOKEN[:place] + data.draw(st.text("Aé.0-_\0", max_size=2)) + TOKEN[place + data.draw(st.integers(0, 2)) :]
    try:
        opened = unseal(spoilt, KEYS, BINDING)
    except SealingError:
        return
    assert opened == "no secret"


@given(
    st.fixed_dictionaries(
        {"alg": st.just("ECDH-ES+A256KW") | st.integers(), "enc": st.just("A256GCM") | st.none()},
        optional={
            "epk": st.none()
            | st.dictionaries(
                st.sampled_from(["kty", "crv", "x", "y"]), st.text("EC", max_size=2) | st.lists(st.none())
            ),
            "kid": st.just("test-only") | st.lists(st.none()),
            "zip": st.just("DEF"),
            "apu": st.integers(),
            "crit": st.lists(st.text(max_size=2)),
        },
    )
)
def test_any_header_is_refused_in_the_same_way(header: dict[str, object]) -> None:
    first = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    with pytest.raises(SealingError):
        unseal(f"{first}.{TOKEN.partition('.')[2]}", KEYS, BINDING)
