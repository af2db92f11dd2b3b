"""Types of what an operator types: a form's field, and moments and days in Amsterdam's time."""

from collections.abc import Callable
from datetime import MAXYEAR, date, datetime, time, timedelta
from typing import TypeAlias

import click

from payroll.amsterdam import AMSTERDAM
from payroll.fault import FieldError

YEAR_MIN = 1971

Span: TypeAlias = tuple[datetime, datetime]
"""From the first moment (inclusive) to the second (exclusive)."""


def typed_field(
    rule: Callable[[object], str],
) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """An option's callback that applies a form's rule; it raises BadParameter, without what was typed."""

    def read(_context: click.Context, parameter: click.Parameter, typed: str | None) -> str | None:
        try:
            return None if typed is None else rule(typed)
        except FieldError as error:
            raise click.BadParameter(f"it is not a valid {parameter.name} ({error.code})") from None

    return read


def moment_of(typed: str) -> datetime:
    """An ISO 8601 moment; without an offset it is in Amsterdam's time, as in all output. Raises BadParameter."""
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        raise click.BadParameter(f"{typed!r} is not a moment such as 2026-11-22T09:30") from None
    _check_year(typed, moment.year)
    return moment if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)


def _check_year(typed: str, year: int) -> None:
    """Kafka's times begin in 1970 (in UTC) and Python's end with 9999: a year's margin is for time zones."""
    if not YEAR_MIN <= year < MAXYEAR:
        raise click.BadParameter(f"{typed!r} is not in a year from {YEAR_MIN} to {MAXYEAR - 1}")


def day_of(typed: str) -> Span:
    """The moments at which a day such as 2026-11-26 and the next one begin in Amsterdam. Raises BadParameter."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise click.BadParameter(f"{typed!r} is not a day such as 2026-11-26") from None
    _check_year(typed, day.year)
    begin, end = (datetime.combine(one, time.min, AMSTERDAM) for one in (day, day + timedelta(days=1)))
    return begin, end
