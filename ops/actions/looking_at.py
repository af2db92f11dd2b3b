"""Records that an operator looks at somebody's data, before they are shown: without a record, nothing is."""

from collections.abc import Sequence

from ops.actions.action import Change, Deed, record_actions
from ops.servers.administrator import changing

TO_SEE = "to see where it stands"
LISTED_MAX = 500
"""How many registrations one row can name: it is published as an event, which has to be small."""


async def record_look(url: str, seen: Sequence[Change], why: str, deed: Deed = Deed.LOOK) -> None:
    """Record that an operator looks at these, in a transaction of its own."""
    if seen:
        async with changing(url) as database:
            await record_actions(database, deed, why, seen)


def shown_registration(command: str, registration: str) -> list[Change]:
    """What to record when this command shows one registration."""
    return [Change(command, registration, registration, {}, {})]


def listed_registrations(command: str, references: Sequence[str]) -> list[Change]:
    """What to record when this command shows a list with companies' names: a row for every `LISTED_MAX` references."""
    parts = [references[at : at + LISTED_MAX] for at in range(0, len(references), LISTED_MAX)]
    return [Change(command, f"a list of {len(part)}", None, {}, {"references": list(part)}) for part in parts]
