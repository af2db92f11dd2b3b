"""Which parked records an operator means, and what is said before anything is done to them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from uuid import UUID

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from remembered import REFERENCE, ago, parked

from ops.actions.consequences import what_could_follow
from ops.parked.chosen import choice_of
from ops.parked.plan import NAMED_MAX, discard_lines, one_of_lines, retry_lines
from ops.parked.row import ParkedRow
from ops.terminal.output import COLUMNS
from schemas.flow import SERVICES

ROW = UUID(int=7)


def test_a_row_is_meant_by_its_id_and_an_attempt_of_it_by_its_handle() -> None:
    assert (choice_of(str(ROW)).id, choice_of(str(ROW)).attempt) == (ROW, None)
    assert (choice_of(parked().handle).id, choice_of(parked().handle).attempt) == (ROW, 2)


def test_a_reference_means_the_registration() -> None:
    assert (choice_of(REFERENCE).id, choice_of(f" {REFERENCE.lower()} ").id) == (None, None)


@pytest.mark.parametrize("typed", ["", "7", f"{ROW}@", f"{ROW}@x", f"{ROW}@-1", f"{REFERENCE}@1", "0VBH9BATYBE"])
def test_anything_else_is_wrong_usage(typed: str) -> None:
    with pytest.raises(click.UsageError, match="is neither a parked record's id nor a reference"):
        choice_of(typed)


@given(st.text())
def test_whatever_is_typed_is_a_choice_or_wrong_usage(typed: str) -> None:
    with suppress(click.UsageError):
        assert choice_of(typed).typed == typed


def rows() -> list[ParkedRow]:
    return [parked(), parked("DATABASE_REFUSED_22P05", retry_at=ago(-5)), parked("NOT_JSON", blocks=False)]


def test_the_plan_of_a_retry_says_which_attempt_it_is_and_what_could_follow() -> None:
    lines = list(retry_lines(rows()))
    assert lines[0] == "3 parked records would be tried again, under the same ids and in the same place"
    assert "    DEFECT_KeyError, would be attempt 3, 1 more go on behind it" in lines
    assert what_could_follow("provisioning").split(",")[0] in " ".join(lines)
    assert max(map(len, lines)) <= COLUMNS


def test_the_plan_of_a_discard_says_that_it_is_the_end() -> None:
    lines = list(discard_lines(rows()[:1]))
    assert lines[0] == "1 parked record would end here: never decided, and its bytes are kept no longer"
    assert "never decided, and their bytes are kept no longer" in " ".join(" ".join(discard_lines(rows())).split())
    assert "who discarded them and why stays on record" in " ".join(" ".join(lines).split())
    assert max(map(len, lines)) <= COLUMNS


@pytest.mark.parametrize("service", [party.name for party in SERVICES])
def test_what_could_follow_is_said_for_every_service(service: str) -> None:
    said = what_could_follow(service)
    assert (said.startswith(service), " ," in said) == (True, False)


@pytest.mark.parametrize("said_of", [retry_lines, discard_lines, partial(one_of_lines, REFERENCE)])
def test_of_many_the_first_are_named_and_the_others_counted(
    said_of: Callable[[Sequence[ParkedRow]], Iterator[str]],
) -> None:
    lines = list(said_of([parked()] * 450))
    assert "450 parked records" in lines[0]
    assert f"  provisioning {parked().handle}" in lines
    assert f"  and {450 - NAMED_MAX} more in provisioning: DEFECT_KeyError" in lines
    assert len(lines) < 3 * NAMED_MAX


def test_of_a_registration_of_which_many_are_parked_one_has_to_be_named() -> None:
    assert next(one_of_lines(REFERENCE, [parked()] * 2)) == f"{REFERENCE} means 2 parked records: name one by its ID"
