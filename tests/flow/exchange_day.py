"""The first exchange in words, computed in another way than the services do, to compare a mail with."""

from calendar import monthrange
from datetime import date, timedelta

from holidays import country_holidays

DAYS = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"]
MONTHS = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]


def in_words(day: date) -> str:
    """Woensdag 15 oktober 2098, without the capital."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def by_the_month(realised: date) -> tuple[str, str]:
    """Day and period of the exchange, in words, of a link that pays by the month."""
    months = realised.year * 12 + realised.month - (realised.day == 1)
    year, month = divmod(months, 12)
    end = date(year, month + 1, monthrange(year, month + 1)[1])
    return _exchange(end), f"{MONTHS[month]} {year}"


def by_four_weeks(realised: date) -> tuple[str, str]:
    """The same of a link that pays every four weeks: thirteen periods, cut at the year's ends."""
    starts = [_start(year, period) for year in (realised.year, realised.year + 1) for period in range(1, 14)]
    index = next(index for index, start in enumerate(starts) if start >= realised)
    end = (*starts, date(realised.year + 2, 1, 1))[index + 1] - timedelta(days=1)
    return _exchange(end), f"periode {index % 13 + 1} van {end.year} (vier weken)"


def _start(year: int, period: int) -> date:
    return date(year, 1, 1) if period == 1 else date.fromisocalendar(year, 4 * period - 3, 1)


def _exchange(end: date) -> str:
    day = end + timedelta(days=5)
    while day.weekday() in (5, 6) or day in country_holidays("NL", years=day.year):
        day += timedelta(days=1)
    return in_words(day)
