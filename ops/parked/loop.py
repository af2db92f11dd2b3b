"""A record that comes back however often it is tried again: who tries it once more has to say so."""

from collections.abc import Sequence

import click

from ops.parked.row import ParkedRow

RETRIES_MAX = 5


def stop_loops(rows: Sequence[ParkedRow]) -> list[ParkedRow]:
    """Those that may be tried again; the others are said to be left out.

    Raises:
        ClickException: none is left.
    """
    free = [row for row in rows if row.retried < RETRIES_MAX]
    left_out = len(rows) - len(free)
    if left_out:
        said = (
            f"{left_out} of {len(rows)} came back {RETRIES_MAX} times or more after a retry: their cause is still "
            "there. Mend it, or add --once-more and say in the reason what is different now"
        )
        if not free:
            raise click.ClickException(said)
        click.echo(f"left out: {said}", err=True)
    return free
