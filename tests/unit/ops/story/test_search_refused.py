"""What can be no search is said before anything is asked, and never with what was typed."""

import pytest
from click.testing import CliRunner

from ops.cli import main

NOWHERE = {"KOPPELING_ADMIN_URL": "postgresql://nobody@127.0.0.1:1/nowhere"}


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("jan@twee@keer.example", "EMAIL_NOT_ONE"),
        ("123456783L01", "LHNR_CHECK_DIGIT"),
        ("123456782 l00", "LHNR_SUBNUMBER_ZERO"),
        ("1234.56.782", "LHNR_WITHOUT_SUBNUMBER"),
        ("123456782L1", "LHNR_SUBNUMBER_TOO_SHORT"),
        ("12345678L01", "LHNR_DIGITS_TOO_FEW"),
        ("NL123456782B01", "LHNR_VAT_NUMBER"),
    ],
)
def test_it_is_refused(typed: str, why: str) -> None:
    said = CliRunner().invoke(main, ["status", "--search", typed], env=NOWHERE)
    assert (said.exit_code, why in said.output, typed in said.output) == (2, True, False)


def test_nothing_is_no_part_of_every_name() -> None:
    said = CliRunner().invoke(main, ["status", "--search", "  "], env=NOWHERE)
    assert (said.exit_code, "type a part of a company's name" in said.output) == (2, True)


def test_a_reference_and_a_search_are_not_both_taken() -> None:
    said = CliRunner().invoke(main, ["status", "ANYTHING", "--search", "bakkerij"], env=NOWHERE)
    assert (said.exit_code, "leave out --search" in said.output) == (2, True)
