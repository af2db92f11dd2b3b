"""The examples of the rule, and what holds for every day of a century."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from payroll.calendar import CalendarYearError, Period
from payroll.first_exchange import NamedDateWarning, first_exchange
from payroll.working_day import HolidaysUnknownError, is_working_day, next_working_day
from schemas.events import FirstExchange
from schemas.values import Frequency

FREQUENCIES: tuple[Frequency, ...] = ("month", "four_weeks")
CENTURY = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))
EXAMPLES: list[tuple[str, Frequency, str, str]] = [
    ("2026-11-22", "month", "2027-01-05", "2026-12"),
    ("2026-11-22", "four_weeks", "2027-01-05", "2026-P13"),
    ("2026-12-01", "four_weeks", "2027-02-05", "2027-P01"),
    ("2027-01-01", "month", "2027-02-05", "2027-01"),
    ("2026-03-01", "month", "2026-04-07", "2026-03"),
]


@pytest.mark.parametrize(("realised", "frequency", "day", "period_id"), EXAMPLES)
def test_the_first_exchange_follows_the_first_whole_period(
    realised: str, frequency: Frequency, day: str, period_id: str
) -> None:
    expected = FirstExchange(on=date.fromisoformat(day), period_id=period_id, rule_version="1", named_by_keylane=False)
    assert first_exchange(date.fromisoformat(realised), frequency) == (expected, None)


def days_of_the_century() -> Iterator[date]:
    day = date(2000, 1, 1)
    while day.year < 2100:
        yield day
        day += timedelta(days=1)


@pytest.mark.long
@pytest.mark.parametrize("frequency", FREQUENCIES)
def test_for_a_century_it_is_a_working_day_after_realisation_and_never_earlier_for_a_later_one(
    frequency: Frequency,
) -> None:
    exchanges = [(day, first_exchange(day, frequency)[0].on) for day in days_of_the_century()]
    assert all(on > realised for realised, on in exchanges)
    assert all(map(is_working_day, {on for _, on in exchanges}))
    assert all(earlier <= later for (_, earlier), (_, later) in pairwise(exchanges))


@given(CENTURY, st.sampled_from(FREQUENCIES), st.integers(min_value=0, max_value=40))
def test_more_days_after_the_period_never_bring_it_forward(realised: date, frequency: Frequency, days: int) -> None:
    sooner = first_exchange(realised, frequency, days_after=days)[0].on
    assert is_working_day(sooner)
    assert sooner <= first_exchange(realised, frequency, days_after=days + 1)[0].on


@given(CENTURY, st.sampled_from(FREQUENCIES), CENTURY)
def test_a_date_that_keylane_names_stands_exactly_when_it_is_possible(
    realised: date, frequency: Frequency, named: date
) -> None:
    exchange, warning = first_exchange(realised, frequency, named=named)
    stands = named >= realised and is_working_day(named)
    rule, _ = first_exchange(realised, frequency)
    assert exchange.on == (named if stands else rule.on)
    assert exchange.period_id == rule.period_id
    assert exchange.named_by_keylane is stands
    assert (warning in (None, NamedDateWarning.FAR_AHEAD)) is stands


@pytest.mark.parametrize(
    ("named", "warning"),
    [
        ("2026-11-20", NamedDateWarning.BEFORE_REALISATION),
        ("2026-12-25", NamedDateWarning.NO_WORKING_DAY),
        ("2026-11-28", NamedDateWarning.NO_WORKING_DAY),
        ("2101-01-03", NamedDateWarning.HOLIDAYS_UNKNOWN),
        ("9999-12-31", NamedDateWarning.HOLIDAYS_UNKNOWN),
    ],
)
def test_an_impossible_date_is_set_aside_with_the_reason(named: str, warning: NamedDateWarning) -> None:
    exchange, found = first_exchange(date(2026, 11, 22), "month", named=date.fromisoformat(named))
    assert (exchange.on, found) == (date(2027, 1, 5), warning)


@pytest.mark.parametrize(
    ("named", "warning"),
    [("2027-11-23", None), ("2027-11-24", "FAR_AHEAD"), ("2099-01-05", "FAR_AHEAD")],
)
def test_a_date_more_than_a_year_ahead_stands_and_is_asked_about(named: str, warning: str | None) -> None:
    exchange, found = first_exchange(date(2026, 11, 22), "month", named=date.fromisoformat(named))
    assert (exchange.on.isoformat(), found) == (named, warning)


def test_the_day_of_realisation_itself_can_be_named() -> None:
    exchange, _ = first_exchange(date(2026, 11, 23), "month", named=date(2026, 11, 23))
    assert (exchange.on, exchange.named_by_keylane) == (date(2026, 11, 23), True)


@pytest.mark.parametrize(
    ("realised", "period", "on"), [("2026-12-01", "2026-P13", "2027-01-05"), ("2026-12-08", "2027-P01", "2027-01-29")]
)
def test_a_published_table_moves_the_exchange(realised: str, period: str, on: str) -> None:
    table: dict[tuple[int, Frequency], tuple[Period, ...]] = {
        (2026, "four_weeks"): (Period("2026-P13", date(2026, 12, 7), date(2026, 12, 31)),),
        (2027, "four_weeks"): (Period("2027-P01", date(2027, 1, 1), date(2027, 1, 24)),),
    }
    exchange, _ = first_exchange(date.fromisoformat(realised), "four_weeks", table=table)
    assert (exchange.period_id, exchange.on.isoformat()) == (period, on)


@pytest.mark.parametrize("frequency", FREQUENCIES)
def test_beyond_the_known_holidays_there_is_an_error_and_no_guess(frequency: Frequency) -> None:
    with pytest.raises(HolidaysUnknownError):
        first_exchange(date(2100, 12, 1), frequency)


def test_beyond_the_calendar_there_is_an_error_and_no_guess() -> None:
    with pytest.raises(CalendarYearError):
        first_exchange(date(1999, 12, 31), "month")


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-04-06", "2026-04-07"),
        ("2026-04-27", "2026-04-28"),
        ("2026-12-25", "2026-12-28"),
        ("2026-11-23", "2026-11-23"),
        ("2025-05-05", "2025-05-06"),
        ("2026-05-05", "2026-05-05"),
    ],
)
def test_holidays_and_weekends_are_skipped(day: str, working: str) -> None:
    assert next_working_day(date.fromisoformat(day)) == date.fromisoformat(working)


@pytest.mark.parametrize("year", [2000, 2026, 2099, 2100])
def test_the_holidays_are_those_that_the_library_gives_for_the_netherlands(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    holidays = country_holidays("NL", years=year)
    assert [day for day in days if day.weekday() < 5 and not is_working_day(day)] == [
        day for day in days if day.weekday() < 5 and day in holidays
    ]
