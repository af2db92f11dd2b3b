"""The joining of a group, which aiokafka goes on with for as long as no broker coordinates it, and says nothing."""

import asyncio
from collections.abc import Awaitable

from stream.errors import TransportUnavailable
from stream.transport import Transport


async def join(transport: Transport, stopped: Awaitable[None], patience_s: float) -> None:
    """Join the group, or return without it as soon as `stopped` does.

    Raises:
        TransportUnavailable: also when it took longer than this patience; a new client may find what this one does not.
        FatalError: as the transport says.
    """
    joining, told = tasks = asyncio.ensure_future(transport.start()), asyncio.ensure_future(stopped)
    try:
        await asyncio.wait(tasks, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
        if joining.done():
            return joining.result()
        if not told.done():
            raise TransportUnavailable(f"the group was not joined in {patience_s} s")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
