"""The clocks by which the trade reckons its days: a moment is a day's in Amsterdam, whatever the machine's zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def amsterdam_day(moment: datetime) -> date:
    """The day that this moment, with its zone, belongs to."""
    return moment.astimezone(AMSTERDAM).date()
