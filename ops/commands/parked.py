"""`koppeling parked`: list, group, show, retry and discard."""

import click

from ops.terminal.lazy_group import Command, LazyGroup

COMMANDS = {
    "list": Command("ops.parked.listing", "list_parked", "Show parked records, oldest first, never their bodies."),
    "group": Command(
        "ops.parked.listing", "group_parked", "Count parked records by their cause, the largest group first."
    ),
    "show": Command(
        "ops.parked.showing",
        "show_parked",
        "Show everything about a parked record: its event masked, its trace, its registration's story, and what waits.",
    ),
    "retry": Command(
        "ops.parked.retry_and_discard", "retry_parked", "Try parked records again, once their cause is gone."
    ),
    "discard": Command(
        "ops.parked.retry_and_discard",
        "discard_parked",
        "Discard parked records that nobody will ever decide; the records behind them go on.",
    ),
}


@click.group(cls=LazyGroup, found=COMMANDS)
def parked() -> None:
    """Parked records: those that a service has put aside."""
