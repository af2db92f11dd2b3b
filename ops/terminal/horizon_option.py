"""The option `--horizon-days`, for all commands that need the replay horizon."""

import math
from datetime import timedelta

import click

from stream.horizon import DAYS_MAX, HORIZON


def _horizon(_context: click.Context, _option: click.Parameter, days: float) -> timedelta:
    if math.isnan(days):
        raise click.BadParameter("nan is not a number of days")
    return timedelta(days=days)


horizon_option = click.option(
    "--horizon-days", "horizon", metavar="DAYS", envvar="KOPPELING_REPLAY_HORIZON_DAYS",
    type=click.FloatRange(0, DAYS_MAX), default=HORIZON.days, callback=_horizon, show_default=True,
    help="The services' own setting.",
)  # fmt: skip
