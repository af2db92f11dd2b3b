"""Looking at somebody's data is recorded, before they are shown: what cannot be recorded is not shown."""

from collections.abc import Sequence

from ops.actions.action import Change, Deed, record_actions
from ops.servers.administrator import changing

TO_SEE = "to see where it stands"
LISTED_MAX = 500
"""Registrations in one row of a list that was looked at: it is said as an event, which has to be small."""


async def record_look(url: str, seen: Sequence[Change], why: str, deed: Deed = Deed.LOOK) -> None:
    """Put on record that an operator looks at these, as a transaction of its own."""
    if seen:
        async with changing(url) as database:
            await record_actions(database, deed, why, seen)


def shown_registration(command: str, registration: str) -> list[Change]:
    """A registration that this command shows."""
    return [Change(command, registration, registration, {}, {})]


def listed_registrations(command: str, references: Sequence[str]) -> list[Change]:
    """A list of registrations that this command shows with their names: a row for each 500, which says whose."""
    parts = [references[at : at + LISTED_MAX] for at in range(0, len(references), LISTED_MAX)]
    return [Change(command, f"a list of {len(part)}", None, {}, {"references": list(part)}) for part in parts]
