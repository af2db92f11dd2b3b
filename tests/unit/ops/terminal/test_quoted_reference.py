import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.terminal.quoted_reference import as_registration_id, what_is_wrong
from payroll.quoted_reference import as_quoted
from schemas.ids import reference

REFERENCES = st.uuids().map(lambda one: reference(str(one)))
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(REFERENCES)
def test_a_reference_is_found_however_it_is_typed(quoted: str) -> None:
    typed = f" {quoted[:4].lower()}-{quoted[4:8]} {quoted[8:]}"
    assert as_quoted(typed) == quoted
    assert what_is_wrong(as_quoted(typed)) is None


@given(REFERENCES)
def test_letters_that_look_like_digits_are_read_as_digits(quoted: str) -> None:
    typed = quoted[:-1].replace("0", "o").replace("1", "l") + quoted[-1].replace("0", "O").replace("1", "I")
    assert as_quoted(typed) == quoted


@given(REFERENCES, st.integers(0, 9), st.sampled_from(DIGITS))
def test_one_wrong_character_is_recognised(quoted: str, place: int, character: str) -> None:
    typed = quoted[:place] + character + quoted[place + 1 :]
    meant = as_quoted(typed)
    assert meant == quoted or what_is_wrong(meant) or quoted[-1] in "01OIL"


@given(st.text(max_size=30))
def test_anything_else_is_no_reference_and_no_error(typed: str) -> None:
    assert isinstance(what_is_wrong(as_quoted(typed)), str | None)


def test_what_is_wrong_is_said_in_words() -> None:
    assert what_is_wrong("0VBH9") == "a reference has 11 characters, this has 5"
    assert what_is_wrong("0VBH9BATYBE") == "one of its characters is mistyped: the check character does not fit"


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("A1A2B036-3259-87d3-889b-a68578c534bc", "a1a2b036-3259-87d3-889b-a68578c534bc"),
        ("0VBH9BATYBD", None),
        ("", None),
    ],
)
def test_a_registration_s_id_will_do_as_well(typed: str, known: str | None) -> None:
    assert as_registration_id(typed) == known
