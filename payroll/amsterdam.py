"""The trade's time zone: a moment belongs to the day that it is in Amsterdam, whatever the machine's zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def amsterdam_day(moment: datetime) -> date:
    """The day that this moment, with its zone, belongs to."""
    return moment.astimezone(AMSTERDAM).date()
