"""When payroll data flow for the first time.

No rule for it is published; this one is ours, and every date comes with the version of the rule that gave it.
"""

from datetime import date, timedelta
from enum import StrEnum

from payroll.calendar import Period, Table, periods
from payroll.working_day import HolidaysUnknownError, is_working_day, next_working_day
from schemas.events.link_realised import FirstExchange
from schemas.values import Frequency

RULE_VERSION = "1"
DAYS_AFTER_PERIOD = 5
NAMED_AHEAD_MAX = timedelta(days=366)
"""If Keylane names a day later than this, it has probably mistaken the year."""


class NamedDateWarning(StrEnum):
    """Why a date that Keylane named is set aside; FAR_AHEAD: it is used, but somebody should ask about it."""

    FAR_AHEAD = "FAR_AHEAD"
    BEFORE_REALISATION = "BEFORE_REALISATION"
    NO_WORKING_DAY = "NO_WORKING_DAY"
    HOLIDAYS_UNKNOWN = "HOLIDAYS_UNKNOWN"


def first_exchange(
    realised: date,
    frequency: Frequency,
    *,
    named: date | None = None,
    days_after: int = DAYS_AFTER_PERIOD,
    table: Table | None = None,
) -> tuple[FirstExchange, NamedDateWarning | None]:
    """The first exchange of a link: some days after the end of the first period that starts on or after realisation.

    Args:
        realised: the day of realisation in Amsterdam.
        frequency: per month or per four weeks.
        named: the day Keylane named; it stands when it is a working day not before the realisation.
        days_after: calendar days between the period's end and the exchange, which then moves to a working day.
        table: published periods that differ from the calendar's rule.

    Returns:
        The day, with the rule's period (also for a day that Keylane named: it names no period), and a warning for the
        operators if Keylane's date was set aside or is odd.

    Raises:
        HolidaysUnknownError: the day would lie after 2100.
        CalendarYearError: the realisation lies outside the payroll calendar.
    """
    period = _first_period(realised, frequency, table)
    warning = None if named is None else _objection(named, realised)
    stands = named if warning in (None, NamedDateWarning.FAR_AHEAD) else None
    on = stands or next_working_day(period.end + timedelta(days=days_after))
    exchange = FirstExchange(on=on, period_id=period.id, rule_version=RULE_VERSION, named_by_keylane=stands is not None)
    return exchange, warning


def _first_period(realised: date, frequency: Frequency, table: Table | None) -> Period:
    this_year = periods(realised.year, frequency, table=table)
    for period in this_year:
        if period.start >= realised:
            return period
    return periods(realised.year + 1, frequency, table=table)[0]


def _objection(named: date, realised: date) -> NamedDateWarning | None:
    if named < realised:
        return NamedDateWarning.BEFORE_REALISATION
    try:
        if not is_working_day(named):
            return NamedDateWarning.NO_WORKING_DAY
    except HolidaysUnknownError:
        return NamedDateWarning.HOLIDAYS_UNKNOWN
    return NamedDateWarning.FAR_AHEAD if named > realised + NAMED_AHEAD_MAX else None
