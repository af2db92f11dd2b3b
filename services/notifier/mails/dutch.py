"""Dates, periods and stages in Dutch, without a locale, which a machine may not have."""

from datetime import date
from functools import lru_cache

_DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_MONTHS = (
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
)
_STAGES = {
    "requested": "aangevraagd bij Keylane",
    "accepted": "in behandeling bij Keylane",
    "action_needed": "wacht op een actie van jou",
    "realised": "gerealiseerd",
    "refused": "niet gelukt",
    "cancelled": "gestopt",
}


@lru_cache(maxsize=64)
def day_in_words(day: date) -> str:
    """A date in words: dinsdag 5 januari 2027."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


@lru_cache(maxsize=64)
def period_in_words(period_id: str) -> str:
    """A payroll period: 2026-12 is december 2026, 2026-P13 is periode 13 van 2026."""
    year, _, part = period_id.partition("-")
    if part.startswith("P"):
        return f"periode {int(part[1:])} van {year} (vier weken)"
    return f"{_MONTHS[int(part) - 1]} {year}"


def stage_in_words(stage: str) -> str:
    """Where a connection stands, in the customer's words."""
    return _STAGES.get(stage, "in behandeling")
