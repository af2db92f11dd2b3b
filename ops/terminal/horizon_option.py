"""`--horizon-days`, as all commands have it that act by the replay horizon."""

import math

import click

from stream.horizon import DAYS_MAX, HORIZON


def _number(_context: click.Context, _option: click.Parameter, days: float) -> float:
    if math.isnan(days):
        raise click.BadParameter("nan is no number of days")
    return days


horizon_option = click.option(
    "--horizon-days", metavar="DAYS", envvar="KOPPELING_REPLAY_HORIZON_DAYS", type=click.FloatRange(0, DAYS_MAX),
    default=HORIZON.days, callback=_number, show_default=True, help="The services' own setting.",
)  # fmt: skip
