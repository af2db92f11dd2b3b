"""The recipes for ids, by the published vectors and their properties."""

import hashlib
import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.example import VECTORS
from schemas.ids import derived_event_id, is_reference, reference, reference_digest, registration_id

VECTOR = json.loads(VECTORS.read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTOR["registration_id"], ids=str)
def test_a_registrations_id_follows_the_published_recipe(vector: dict[str, str]) -> None:
    assert registration_id(vector["source"], vector["submission_id"]) == vector["registration_id"]
    digest = bytearray(
        hashlib.sha256(b"registration\n%b\n%b" % (vector["source"].encode(), vector["submission_id"].encode())).digest()
    )
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    assert vector["registration_id"].replace("-", "") == digest[:16].hex()


@pytest.mark.parametrize("vector", VECTOR["reference"], ids=str)
def test_a_reference_follows_the_published_recipe(vector: dict[str, str]) -> None:
    assert reference(vector["registration_id"]) == vector["reference"]
    digest = hashlib.sha256(b"reference\n" + vector["registration_id"].encode()).digest()
    bits = f"{int.from_bytes(digest):0256b}"
    digits = [int(bits[place : place + 5], 2) for place in range(0, 50, 5)]
    assert vector["reference"][:10] == "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[digit] for digit in digits)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_reference_says_what_its_digest_begins_with(registration: str) -> None:
    digest = hashlib.sha256(f"reference\n{registration}".encode()).hexdigest()
    assert digest.startswith(reference_digest(reference(registration)))


@given(st.text(), st.text())
def test_every_registrations_id_is_a_uuid_of_version_8(source: str, submission_id: str) -> None:
    found = UUID(registration_id(source, submission_id.replace("\n", "")))
    assert found.version == 8
    assert found.variant == "specified in RFC 4122"


@given(st.uuids().map(str), st.integers(0, 10), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_a_reference_shows_one_mistyped_character(registration: str, place: int, typed: str) -> None:
    right = reference(registration)
    assert is_reference(right)
    wrong = right[:place] + typed + right[place + 1 :]
    assert is_reference(wrong) == (wrong == right)


@pytest.mark.parametrize("text", ["", "ABC", "é" * 11, " " * 11, "0" * 12, "A\n" * 5 + "A"])
def test_what_is_no_reference_is_none(text: str) -> None:
    assert not is_reference(text)


@given(st.integers(-5, 2**50), st.text(max_size=5), st.text(max_size=5), st.integers(0, 99))
def test_an_emitted_events_id_begins_with_its_roots_time_and_repeats(
    ms: int, emitter: str, cause: str, number: int
) -> None:
    found = derived_event_id(ms, emitter, cause, number)
    assert found == derived_event_id(ms, emitter, cause, number)
    others = derived_event_id(ms, emitter, cause, number + 1), derived_event_id(ms, emitter, cause, number, "1")
    assert len({found, *others}) == 3
    assert UUID(found).version == 8
    assert UUID(found).int >> 80 == min(max(ms, 0), 2**48 - 1)
