from datetime import timedelta

import click
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from remembered import NOW, REFERENCE, ago, at_keylane, enrichment, intake, parked
from rich.cells import cell_len
from typed_forms import REGISTRATION

from ops.parked.filter import Filter
from ops.parked.lines import group_lines, parked_lines
from ops.story.lines import story_lines
from ops.story.registration_view import RegistrationView
from ops.story.remembered import Remembered
from ops.story.table import registration_lines
from ops.story.view import view
from ops.terminal.age import age
from ops.terminal.output import COLUMNS, shorten
from services.provisioning.documents import LinkStage

NAMES = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), min_size=1, max_size=200)


def printed(*views: RegistrationView, columns: int = COLUMNS) -> list[str]:
    return [click.unstyle(line) for line in registration_lines([one.listed for one in views], NOW, columns)]


def named(name: str | None) -> RegistrationView:
    return view(Remembered(REGISTRATION, intake(company_name=name), enrichment("POLICY_NOT_FOUND")), NOW)


def test_the_table_has_a_line_for_each_registration() -> None:
    heading, *lines = printed(named("Kwekerij Nergenshuizen"), view(at_keylane(LinkStage.ACTION_NEEDED), NOW))
    assert heading.split() == ["reference", "company", "package", "stage", "age"]
    assert [line.split(maxsplit=1) for line in lines] == [
        [REFERENCE, "Kwekerij Nergenshuizen  loket    awaiting policy  20 min"],
        [REFERENCE, "Kwekerij Nergenshuizen  loket    action needed     9 min"],
    ]


def test_a_name_has_the_room_that_no_stage_needs() -> None:
    one = named("Kwekerij Nergenshuizen en Zonen")
    assert "Kwekerij Nergenshuizen en Zonen  loket" in printed(one)[1]
    assert max(map(len, printed(one, columns=60))) == 60


@given(NAMES)
def test_the_table_fits_whatever_the_company_is_called(name: str) -> None:
    heading, line = printed(named(name))
    assert len(heading) <= COLUMNS
    assert cell_len(line) <= COLUMNS
    assert line.startswith(REFERENCE)
    assert line.endswith("20 min")
    assert not any("\u2500" <= character <= "\u257f" for character in heading)


@given(NAMES, st.integers(min_value=60, max_value=120))
@example("Kwekerij Nergenshuizen, Zonen en Dochters", 120)
def test_names_give_way_on_a_narrow_terminal(name: str, columns: int) -> None:
    assert all(cell_len(line) <= min(columns, COLUMNS) for line in printed(named(name), columns=columns))


def test_a_stage_has_its_colour_and_what_is_unusual_is_red() -> None:
    views = [view(at_keylane(LinkStage.REALISED, parked=rows), NOW) for rows in ((), (parked(),))]
    _, usual, unusual = registration_lines([one.listed for one in views], NOW)
    assert click.style("realised".ljust(len("parked: realised")), fg="green") in usual
    assert click.style("parked: realised", fg="red") in unusual


def test_a_name_in_brackets_is_a_name_and_no_markup() -> None:
    assert "[red]Bouw[/red]" in printed(named("[red]Bouw[/red]"))[1]


def test_a_registration_that_stands_still_says_so_in_the_table() -> None:
    assert "parked: requested" in printed(view(at_keylane(LinkStage.REQUESTED, parked=(parked(),)), NOW))[1]


def test_a_form_without_a_readable_name_has_a_dash() -> None:
    assert printed(named(None))[1].split()[1] == "-"


@given(NAMES, st.lists(st.sampled_from(LinkStage), min_size=1, max_size=3))
def test_the_story_of_a_registration_fits_into_80_columns(name: str, links: list[LinkStage]) -> None:
    told = view(at_keylane(*links, parked=(parked(),)), NOW).model_copy(update={"company_name": name})
    assert all(len(line) <= COLUMNS for line in story_lines(told, NOW))


def test_the_story_tells_everything_once() -> None:
    told = "\n".join(story_lines(view(at_keylane(LinkStage.ACTION_NEEDED, parked=(parked(),)), NOW), NOW))
    for label in ("registration ", "stage ", "before ", "why ", "next ", "connections ", "mails ", "parked "):
        assert told.count(f"\n{label}") == 1
    assert told.count("RIGHT_MISSING") == 1


def test_of_what_a_parked_report_alone_speaks_of_it_is_told_that_nothing_else_is_known() -> None:
    lines = list(story_lines(view(Remembered(REGISTRATION, parked=(parked(),)), NOW), NOW))
    (stage,) = [line for line in lines if line.startswith("stage ")]
    assert "only a parked record is known, since 2026-11-22 12:20:00" in stage
    assert "Wij controleren" not in " ".join(lines)


def test_records_parked_for_one_reason_are_one_line_of_the_story() -> None:
    rows = (*[parked("ID_REUSED", blocks=False)] * 1_200, parked())
    story = view(at_keylane(LinkStage.REQUESTED, parked=rows), NOW)
    lines = [line for line in story_lines(story, NOW) if "provisioning: " in line]
    assert ["ID_REUSED, 1200 x; " in lines[0], "DEFECT_KeyError; " in lines[1], len(lines)] == [True, True, 2]


def test_parked_rows_are_told_in_80_columns_with_what_to_do_and_no_key() -> None:
    rows = [parked(), parked("NOT_JSON"), parked("DATABASE_REFUSED_22P05"), parked("WAITING", retry_at=ago(-5))]
    lines = parked_lines(rows, NOW)
    assert all(len(line) <= COLUMNS for line in lines)
    assert "  DEFECT_KeyError, tried 2 x, since 2026-11-22 12:20:00 (40 min)" in lines
    assert f"  registration {REFERENCE}, 1 more behind it" in lines
    assert "  tried again at 2026-11-22 13:05:00" in lines


def test_nothing_parked_is_said_in_words() -> None:
    assert parked_lines([], NOW) == group_lines([], NOW) == ["nothing is parked"]


def test_where_nothing_fits_it_is_not_said_that_nothing_is_parked() -> None:
    only = Filter(because="NOT_JSON")
    assert parked_lines([], NOW, only) == group_lines([], NOW, only)
    assert parked_lines([], NOW, only)[0].startswith("nothing that is parked now fits")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-3, "0 s"), (0.9, "0 s"), (59, "59 s"), (60, "1 min"), (3_599, "59 min"), (86_399, "23 h"), (200_000, "2 d")],
)
def test_an_age_is_its_largest_whole_unit(seconds: float, said: str) -> None:
    assert age(timedelta(seconds=seconds)) == said


@given(st.text())
def test_a_line_too_long_is_cut_off_visibly(line: str) -> None:
    short = shorten(line)
    assert len(short) <= COLUMNS
    assert short == line or short.endswith("…")
