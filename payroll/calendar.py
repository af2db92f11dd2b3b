"""The payroll calendar: the periods for which wage tax is calculated in the Netherlands.

Thirteen four-week periods a year: period p begins on the Monday of ISO week 4(p-1)+1 and lasts 28 days; the first and
the last are stretched to the year's ends. This matches the tables published for 2022 and 2023 row by row.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from schemas.values import Frequency

YEAR_MIN = 2000
YEAR_MAX = 2399
FOUR_WEEK_PERIODS = 13
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """A payroll period; both days are part of it. `id` is 2026-03 for a month, 2026-P03 for four weeks."""

    id: str
    start: date
    end: date


Table = Mapping[tuple[int, Frequency], tuple[Period, ...]]


class CalendarYearError(ValueError):
    """The payroll calendar covers the years 2000 to 2399 only."""


def published(starts: Mapping[int, Sequence[date]]) -> Table:
    """A table of four-week periods by their first days, year by year; each lasts until the next one starts.

    Raises:
        ValueError: a year's days are not thirteen, not in order, not all within it, or do not begin on 1 January.
    """
    for year, days in starts.items():
        ordered = sorted({day for day in days if day.year == year})
        if list(days) != ordered or len(days) != FOUR_WEEK_PERIODS or days[0] != date(year, 1, 1):
            raise ValueError(f"{year} needs the first days of its thirteen periods in order, from 1 January")
    return {(year, "four_weeks"): _from_starts(year, days) for year, days in starts.items()}


def periods(year: int, frequency: Frequency, *, table: Table | None = None) -> tuple[Period, ...]:
    """The year's periods in order: contiguous, and together the whole year.

    `table` holds the published periods of those years and frequencies in which they differ from the rule.

    Raises:
        CalendarYearError: the year lies outside the calendar.
    """
    if table and (published := table.get((year, frequency))):
        return published
    return _by_rule(year, frequency)


@cache
def _by_rule(year: int, frequency: Frequency) -> tuple[Period, ...]:
    if not YEAR_MIN <= year <= YEAR_MAX:
        raise CalendarYearError(CalendarYearError.__doc__)
    return _months(year) if frequency == "month" else _four_weeks(year)


def _months(year: int) -> tuple[Period, ...]:
    return tuple(
        Period(f"{year}-{month:02}", date(year, month, 1), date(year, month, monthrange(year, month)[1]))
        for month in range(1, MONTHS + 1)
    )


def _four_weeks(year: int) -> tuple[Period, ...]:
    mondays = [date.fromisocalendar(year, 4 * number + 1, 1) for number in range(1, FOUR_WEEK_PERIODS)]
    return _from_starts(year, [date(year, 1, 1), *mondays])


def _from_starts(year: int, starts: Sequence[date]) -> tuple[Period, ...]:
    ends = [*(start - timedelta(days=1) for start in starts[1:]), date(year, 12, 31)]
    return tuple(
        Period(f"{year}-P{number:02}", start, end)
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    )
