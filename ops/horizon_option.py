"""`--horizon-days`, as all commands have it that act by the replay horizon."""

import click

from stream.horizon import HORIZON

DAYS_MAX = 36_500

horizon_option = click.option(
    "--horizon-days", envvar="KOPPELING_REPLAY_HORIZON_DAYS", type=click.FloatRange(0, DAYS_MAX), default=HORIZON.days,
    show_default=True, help="The services' own setting.",
)  # fmt: skip
