"""No clear secret is kept, in whatever way a form is written."""

import json
import time

import pytest
from each import each
from hypothesis import given
from hypothesis import strategies as st

from schemas import clear_secrets
from schemas.clear_secrets import REMOVED, SEARCHED_BYTES_MAX, without_clear_secrets
from schemas.foreign_json import parse

TOKEN = "eyJhbGciOiJFQ0RILUVTIn0.a_-1.b.c.d"  # noqa: S105 -- no secret: the form of a token
SECRET = "hunter2-marked"  # noqa: S105 -- planted to be looked for

SHORT_NAMES = [
    "pass", "ftpPass", "user_pass2", "ww", "WW_loket", "sleutel", "private_key", "passcode", "pincode", "inlogcode",
    "accesskey", "client_key",
]  # fmt: skip

words = st.text("abcdefghij klm", max_size=12)
plain_trees = st.recursive(
    words | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "email", "form"]), inner),
    max_leaves=8,
)


@given(plain_trees)
def test_what_holds_no_secret_is_kept_byte_for_byte(tree: object) -> None:
    value = json.dumps(tree).encode()
    assert without_clear_secrets(value) is value


@given(
    st.recursive(
        st.just(SECRET),
        lambda inner: st.lists(inner, min_size=1, max_size=2) | st.dictionaries(words, inner, min_size=1, max_size=2),
    ),
    st.sampled_from(
        ["client_secret", "ClientSecret", "wachtwoord", "PASSWORD2", "Geheime sleutel", "apiKey", "api_token", "pwd"]
    )
    | st.sampled_from(SHORT_NAMES),
    plain_trees,
)
def test_everything_below_a_secrets_name_is_removed(secret: object, name: str, beside: object) -> None:
    value = json.dumps({"form": [{name: secret, "beside": beside}]}).encode()
    kept = without_clear_secrets(value)
    assert SECRET.encode() not in kept
    assert json.loads(kept)["form"][0]["beside"] == beside


def test_a_sealed_token_is_kept_and_only_a_sealed_token() -> None:
    value = json.dumps({"client_secret": TOKEN, "n": 1}).encode()
    assert without_clear_secrets(value) is value
    for secret in (f"{TOKEN} ", f"x{TOKEN}", TOKEN + ".e.f", 12345, True, 1.5):
        assert json.loads(without_clear_secrets(json.dumps({"client_secret": secret}).encode())) == {
            "client_secret": REMOVED
        }


@each(SHORT_NAMES)
def test_common_names_of_secrets_are_known_in_json_and_in_text(name: str) -> None:
    for value in (json.dumps({name: SECRET}), f"{name}={SECRET}", f"<{name}>{SECRET}</{name}>"):
        assert SECRET.encode() not in without_clear_secrets(value.encode())


@pytest.mark.parametrize("name", ["passage", "toepassing", "aanpassingen", "www", "client_id", "postcode", "keylane"])
def test_what_only_begins_like_one_is_kept(name: str) -> None:
    value = json.dumps({name: "de Korst"}).encode()
    assert without_clear_secrets(value) == value


def test_what_was_left_open_stays_open() -> None:
    value = b'{"client_secret": null, "wachtwoord": ""}'
    assert without_clear_secrets(value) is value


@pytest.mark.parametrize(
    "rest", ['"a":1,"a":2', '"a":NaN', '"a":1e999', '"a":"\\ud800"', '"a":' + "9" * 5000, '"a":"\'t Hoekje"']
)
def test_a_kept_form_says_all_else_that_the_sent_one_does_and_has_its_defects(rest: str) -> None:
    kept = without_clear_secrets(f'{{"client_secret":["","{SECRET}"],{rest}}}'.encode())
    assert SECRET.encode() not in kept
    assert parse(kept) == parse(f'{{"client_secret":["","{REMOVED}"],{rest}}}'.encode())


@pytest.mark.parametrize(
    "value",
    [
        f'{{"client_secret":"{SECRET}","client_secret":"{TOKEN}"}}',
        f'{{"client\\u005fs\\u0065cret":"{SECRET}"}}',
        f'{{"client_s\\u0065cret":"{SECRET}"',
        f'{{"client_secret" : "{SECRET}',
        f'{{"client_secret":"a\\"{SECRET}", broken',
        f"{{'client_secret': '{SECRET}'",
        f"client_secret={SECRET}&a=1",
        f"a=1&wachtwoord={SECRET}",
        f"<form><client_secret>{SECRET}</client_secret></form>",
        f"client_secret: {SECRET}\nname: x",
        f'"{{\\"client_secret\\": \\"{SECRET}\\"}}"',
        json.dumps({"form": json.dumps({"client_secret": SECRET})}),
        json.dumps({"form": json.dumps(json.dumps({"client_secret": SECRET}))}),
        f'\ufeff{{"client_secret":"{SECRET}"}}',
        f'[{{"client_secret":"{SECRET}"}}]',
        '{"a":' * 3000 + f'{{"client_secret":"{SECRET}"}}',
        '{"a":' * 3000 + f'{{"client_secret":"{SECRET}"}}' + "}" * 3000,
        '{"secret":' + "[" * 400 + f'"{SECRET}"' + "]" * 400 + "}",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_a_clear_secret_is_removed_however_it_is_written(value: str, encoding: str) -> None:
    kept = without_clear_secrets(value.encode(encoding))
    assert SECRET.encode() not in kept.replace(b"\0", b"")


@given(st.binary(max_size=60))
def test_any_bytes_can_be_kept(value: bytes) -> None:
    assert isinstance(without_clear_secrets(value), bytes)


@pytest.mark.parametrize(
    "value", [b'"' * 300_000, b"secret" * 50_000, b"secret " * 40_000, b'{"secret":"' + b"\\" * 300_000]
)
def test_the_search_takes_no_longer_than_the_text_is_long(value: bytes) -> None:
    begun_s = time.process_time()
    clear_secrets._kept_text(value)
    # It takes some 20 ms; one that looks back from each character takes hours.
    assert time.process_time() - begun_s < 5


NAMES = st.sampled_from(
    ["secret", "Wachtwoord", "PWD", "api-key", "\u017fecret", "api_\u212aey", "passphrase", "name", "s\0ecret"]
) | st.sampled_from(SHORT_NAMES)
WRITTEN = st.tuples(NAMES, st.text(max_size=5), st.booleans()).map(
    lambda parts: json.dumps({parts[0]: parts[1]}, ensure_ascii=parts[2]).encode()
)


@given(WRITTEN | st.binary(max_size=200))
def test_what_is_not_searched_names_no_secret(value: bytes) -> None:
    if not clear_secrets._may_name_a_secret(value):
        assert clear_secrets._searched(value) == value


def test_of_what_is_too_large_to_be_read_and_may_name_a_secret_only_the_searched_part_is_kept() -> None:
    large = b'{"text": "' + b"x" * 900_000 + b'"}'
    assert without_clear_secrets(large) == large
    kept = without_clear_secrets(b'{"client_secret": "planted", ' + large[1:])
    assert kept.startswith(b'{"client_secret": "[removed]", "text": "xxx')
    assert len(kept) <= SEARCHED_BYTES_MAX + len(REMOVED)
    assert b"planted" not in without_clear_secrets(b" " * (SEARCHED_BYTES_MAX - 25) + b'{"client_secret": "planted"}')


@pytest.mark.long
@pytest.mark.parametrize(
    "unit", [b"secret", b"secret]", b'["secret",{}', b'"secret":1,', b'secret=\\"', b'{"{secret', b"\\u0073"]
)
def test_a_stranger_s_megabyte_costs_no_more_than_the_part_that_is_searched(unit: bytes) -> None:
    def cpu_s(size: int) -> float:
        value = unit * (size // len(unit))
        before = time.process_time()
        without_clear_secrets(value)
        return time.process_time() - before

    assert min(cpu_s(960_000) for _ in range(3)) < 5 * min(cpu_s(64_000) for _ in range(3)) + 0.02
