"""Looking at somebody's data is recorded, before they are shown: what cannot be recorded is not shown."""

from ops.action import Change, Deed, record_actions
from ops.administrator import changing


async def record_look(url: str, deed: Deed, seen: Change, why: str) -> None:
    """Put on record that an operator looks, as a transaction of its own."""
    async with changing(url) as database:
        await record_actions(database, deed, why, [seen])
