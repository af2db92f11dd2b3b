"""Moments and durations as short texts."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

# Not payroll's: the judge uses this module, and shares no code with the trade.
_AMSTERDAM = ZoneInfo("Europe/Amsterdam")

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def age(elapsed: timedelta) -> str:
    """The duration in its largest whole unit: 12 s, 3 min, 4 h, 5 d; 0 s if it is negative."""
    return seconds_in_words(int(elapsed.total_seconds()))


def seconds_in_words(seconds: int) -> str:
    """As `age`, of a number of seconds."""
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= size), (1, "s"))
    return f"{max(seconds, 0) // size} {unit}"


def moment(time: datetime) -> str:
    """A moment in Amsterdam's time, to the second."""
    return time.astimezone(_AMSTERDAM).strftime("%Y-%m-%d %H:%M:%S")


def minute(time: datetime) -> str:
    """A moment in Amsterdam's time, to the minute."""
    return time.astimezone(_AMSTERDAM).strftime("%Y-%m-%d %H:%M")


def duration(seconds: float) -> str:
    """A duration as H:MM:SS."""
    minutes, rest = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
