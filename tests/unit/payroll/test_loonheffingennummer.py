"""The vectors of valid and invalid numbers, and what holds for all of them."""

from contextlib import suppress

import pytest
from each import each
from hypothesis import given
from hypothesis import strategies as st
from stdnum.nl import bsn

from payroll.elfproef import has_check_digit, holds_bsn, passes_elfproef
from payroll.fault import MESSAGES, FaultCode, FieldError
from payroll.loonheffingennummer import mask, parse, unusual

VALID = [
    "123456782L01",
    "123456782L02",
    "001234560L01",
    "111222333L01",
    "111111110L46",
    "800000018L01",
    "812345678L01",
    "811111118L01",
    "850000002L01",
    "233176159L02",
    "001000275L01",
    "001000287L02",
    "001000391L12",
]
INVALID = {
    "123456789L01": FaultCode.LHNR_CHECK_DIGIT,
    "001234561L01": FaultCode.LHNR_CHECK_DIGIT,
    "001234560L00": FaultCode.LHNR_SUBNUMBER_ZERO,
    "001234560B01": FaultCode.LHNR_VAT_NUMBER,
    "NL001234560B01": FaultCode.LHNR_VAT_NUMBER,
    "12345678L01": FaultCode.LHNR_DIGITS_TOO_FEW,
    "1234567820L01": FaultCode.LHNR_DIGITS_TOO_MANY,
    "123456782L1": FaultCode.LHNR_SUBNUMBER_TOO_SHORT,
    "123456782L001": FaultCode.LHNR_SUBNUMBER_TOO_LONG,
    "123456782": FaultCode.LHNR_WITHOUT_SUBNUMBER,
    "123456782L": FaultCode.LHNR_WITHOUT_SUBNUMBER,
    "000000000L01": FaultCode.LHNR_ZERO,
    "onbekend": FaultCode.LHNR_FORMAT,
    "123456782M01": FaultCode.LHNR_FORMAT,
    "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0662L01": FaultCode.LHNR_FORMAT,
    **{f"82345678{last}L01": FaultCode.LHNR_NO_CHECK_DIGIT for last in range(10)},
}


@each(VALID)
def test_a_published_number_is_valid_as_it_stands(number: str) -> None:
    assert parse(number) == number


@pytest.mark.parametrize(
    "typed", ["123456782 l01", "1234.56.782.L.01", " 123456782-L01 ", "1234 56 782\u00a0L01", "123456782\u2013L01"]
)
def test_separators_and_lower_case_are_forgiven(typed: str) -> None:
    assert parse(typed) == "123456782L01"


@each(INVALID.items())
def test_each_kind_of_mistake_has_its_own_code(case: tuple[str, FaultCode]) -> None:
    typed, code = case
    with pytest.raises(FieldError) as refused:
        parse(typed)
    assert refused.value.code is code


def test_no_two_mistakes_share_a_message() -> None:
    codes = set(INVALID.values())
    assert len({MESSAGES[code] for code in codes}) == len(codes)


def test_three_leading_zeros_are_worth_a_look() -> None:
    assert unusual("000123456L01") is FaultCode.LHNR_STARTS_WITH_000
    assert unusual("001234560L01") is None


def test_the_mask_leaves_the_last_two_digits_and_the_subnumber() -> None:
    assert mask("123456782L01") == "*******82L01"


@given(st.integers(min_value=1, max_value=99_999_999))
def test_eight_digits_have_one_check_digit_or_none(number: int) -> None:
    eight = f"{number:08}"
    fitting = [last for last in "0123456789" if passes_elfproef(eight + last)]
    assert len(fitting) == has_check_digit(eight)
    assert fitting == [last for last in "0123456789" if bsn.is_valid(eight + last)]


@given(st.text("0123456789LlB. -\u00e9", max_size=14))
def test_any_text_is_a_number_in_normal_form_or_refused(typed: str) -> None:
    with suppress(FieldError):
        number = parse(typed)
        assert parse(number) == number


@each(
    [
        "111222333",
        "Jan 111222333",
        "1112.22.333",
        "111 222 333",
        "bsn:111-222-333.",
        "111 - 222 - 333",
        "2026 111222333",
        "2026 111 222 333",
        "DGA 1 1112.22.333",
        "11.12.22.333 9",
        "111----222333",
        "DGA 12345-6782 (2)",
        "Jan (123.45.67.82), 2",
        "J. de Vries 1234 56782 (1980)",
        "De Vries 123 45 6782 / 2",
        "BSN 12345-6782, 1 van 2",
        "\uff11\uff11\uff11\uff12\uff12\uff12\uff13\uff13\uff13",
        "\u0661\u0661\u0661\u0662\u0662\u0662\u0663\u0663\u0663",
        "\u2460\u2460\u2460\u2461\u2461\u2461\u2462\u2462\u2462",
        "\u2776\u2776\u2776 \u2777\u2777\u2777 \u2778\u2778\u2778",
        "\u2474\u2474\u2474\u2475\u2475\u2475\u2476\u2476\u2476",
        "\u246a\u246b\u2461\u2461\u00b3\u00b3\u00b3",
    ]
)
def test_a_number_that_can_be_a_bsn_is_found(text: str) -> None:
    assert holds_bsn(text)


@pytest.mark.parametrize(
    "text",
    [
        "111222334",
        "0612345678",
        "06-12345678",
        "+31 1 11222333 (2)",
        "11122233",
        "1112223330",
        "0111222333",
        "000000000",
        "Jan",
    ],
)
def test_other_numbers_are_no_bsn(text: str) -> None:
    assert not holds_bsn(text)
