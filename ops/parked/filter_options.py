"""The options of a `Filter` on parked records."""

import click

from ops.parked.filter import Filter
from ops.terminal.joined_options import joined
from ops.terminal.typed import moment_of
from payroll.packages import slugs
from schemas.flow import SERVICE_NAMES


def _stripped(typed: str) -> str:
    if not typed.strip():
        raise click.BadParameter("is empty: leave it out to mean all")
    return typed.strip()


filter_options = joined(
    "only", Filter,
    click.option("--service", metavar="SERVICE", type=click.Choice(SERVICE_NAMES), help="Only those of this service."),
    click.option("--because", metavar="REASON", type=_stripped, help="Only records parked for this reason."),
    click.option("--group", metavar="GROUP", type=_stripped, help="One cause, as `parked group` names it."),
    click.option("--package", type=click.Choice(slugs()), help="Only of registrations with this package."),
    click.option("--release", metavar="RELEASE", type=_stripped, help="Only records that this release parked."),
    click.option("--since", metavar="TIME", type=moment_of, help="Parked then (Amsterdam) or later."),
    click.option("--until", metavar="TIME", type=moment_of, help="Parked before then (Amsterdam)."),
)  # fmt: skip
