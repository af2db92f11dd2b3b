"""The published rows, and what holds for every year."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from each import each

from payroll.calendar import YEAR_MAX, YEAR_MIN, CalendarYearError, Period, periods, published

YEARS = range(YEAR_MIN, YEAR_MAX + 1)
PUBLISHED = [
    (2022, 1, "01-01", "01-30"),
    (2022, 13, "12-05", "12-31"),
    (2023, 1, "01-01", "01-29"),
    (2024, 1, "01-01", "01-28"),
    (2024, 13, "12-02", "12-31"),
    (2025, 1, "01-01", "01-26"),
    (2025, 2, "01-27", "02-23"),
    (2025, 12, "11-03", "11-30"),
    (2025, 13, "12-01", "12-31"),
    (2026, 1, "01-01", "01-25"),
    (2026, 2, "01-26", "02-22"),
    (2026, 12, "11-02", "11-29"),
    (2026, 13, "11-30", "12-31"),
    (2027, 1, "01-01", "01-31"),
    (2027, 2, "02-01", "02-28"),
    (2027, 12, "11-08", "12-05"),
    (2027, 13, "12-06", "12-31"),
    (2028, 1, "01-01", "01-30"),
]


@each(PUBLISHED)
def test_a_period_stands_as_published(case: tuple[int, int, str, str]) -> None:
    year, number, start, end = case
    expected = Period(
        f"{year}-P{number:02}", date.fromisoformat(f"{year}-{start}"), date.fromisoformat(f"{year}-{end}")
    )
    assert periods(year, "four_weeks")[number - 1] == expected


def days(period: Period) -> int:
    return (period.end - period.start).days + 1


def assert_covers(year: int, table: tuple[Period, ...]) -> None:
    assert table[0].start == date(year, 1, 1)
    assert table[-1].end == date(year, 12, 31)
    for earlier, later in pairwise(table):
        assert later.start == earlier.end + timedelta(days=1)


def test_every_year_has_thirteen_four_week_periods_that_cover_it_and_start_on_a_monday_but_for_the_first() -> None:
    for year in YEARS:
        table = periods(year, "four_weeks")
        assert [period.id for period in table] == [f"{year}-P{number:02}" for number in range(1, 14)]
        assert_covers(year, table)
        assert 25 <= days(table[0]) <= 31
        assert 26 <= days(table[12]) <= 33
        assert {days(period) for period in table[1:12]} == {28}
        assert {period.start.weekday() for period in table[1:]} == {0}


def test_every_year_has_twelve_months_that_cover_it() -> None:
    for year in YEARS:
        table = periods(year, "month")
        assert [period.id for period in table] == [f"{year}-{month:02}" for month in range(1, 13)]
        assert_covers(year, table)
        assert {period.start.day for period in table} == {1}


@pytest.mark.parametrize("year", [YEAR_MIN - 1, YEAR_MAX + 1])
def test_no_calendar_is_guessed_outside_its_years(year: int) -> None:
    with pytest.raises(CalendarYearError):
        periods(year, "month")


def test_a_year_as_published_stands_above_the_rule_and_covers_the_year_too() -> None:
    starts = [period.start for period in periods(2027, "four_weeks")]
    starts[1] -= timedelta(days=7)
    table = published({2027: starts})
    assert_covers(2027, periods(2027, "four_weeks", table=table))
    assert periods(2027, "four_weeks", table=table)[0].end == date(2027, 1, 24)
    assert periods(2027, "month", table=table) == periods(2027, "month")
    assert periods(2028, "four_weeks", table=table) == periods(2028, "four_weeks")


@pytest.mark.parametrize("wrong", ["one too few", "out of order", "twice", "another year", "not from 1 January"])
def test_a_year_that_is_published_wrongly_is_refused(wrong: str) -> None:
    starts = [period.start for period in periods(2027, "four_weeks")]
    first, second, *rest = starts
    made = {
        "one too few": starts[:-1],
        "out of order": [first, *rest, second],
        "twice": [first, first, *rest],
        "another year": [first, *rest, date(2028, 1, 1)],
        "not from 1 January": [first + timedelta(days=1), second, *rest],
    }
    with pytest.raises(ValueError, match="thirteen periods in order, from 1 January"):
        published({2027: made[wrong]})
