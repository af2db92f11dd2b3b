"""Moments and durations as a table has room for them."""

from datetime import datetime, timedelta

from payroll.amsterdam import AMSTERDAM

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def age(elapsed: timedelta) -> str:
    """The largest whole unit of it: 12 s, 3 min, 4 h, 5 d; a moment still to come is 0 s."""
    seconds = max(int(elapsed.total_seconds()), 0)
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= size), (1, "s"))
    return f"{seconds // size} {unit}"


def moment(time: datetime) -> str:
    """A moment on Amsterdam's clocks, to the second."""
    return time.astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M:%S")


def minute(time: datetime) -> str:
    """A moment on Amsterdam's clocks, where a line has room for minutes only."""
    return time.astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M")


def duration(seconds: float) -> str:
    """H:MM:SS, for an estimate."""
    minutes, rest = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
