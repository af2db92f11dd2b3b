"""Working days in the Netherlands: Monday to Friday, except the public holidays that the holidays library lists."""

from datetime import date, timedelta
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

HOLIDAYS_YEAR_MAX = 2100
_SATURDAY = 5


class HolidaysUnknownError(ValueError):
    """The holidays after 2100 are not known, so neither are the working days."""


def is_working_day(day: date) -> bool:
    """Whether offices work on this day.

    Raises:
        HolidaysUnknownError: the day lies after 2100.
    """
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


def next_working_day(day: date) -> date:
    """This day when it is a working day, otherwise the first one after it.

    Raises:
        HolidaysUnknownError: the search leads past 2100.
    """
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


@cache
def _holidays(year: int) -> frozenset[date]:
    if year > HOLIDAYS_YEAR_MAX:
        raise HolidaysUnknownError(HolidaysUnknownError.__doc__)
    return frozenset(_dutch_holidays()(years=year))


@cache
def _dutch_holidays() -> "type[HolidayBase]":
    import holidays  # noqa: PLC0415  it takes a tenth of a second, which most processes need not spend

    # From its file: asked for by its code, or imported by its full name, it brings all other countries with it, 8 MB.
    spec = PathFinder.find_spec("netherlands", [f"{path}/countries" for path in holidays.__path__])
    if spec is None or spec.loader is None:
        raise ImportError("the holidays library has its countries elsewhere")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    dutch: type[HolidayBase] = module.Netherlands
    return dutch
