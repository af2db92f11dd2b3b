"""Joining a group, which aiokafka tries silently for as long as no broker coordinates the group."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from stream.errors import StoreUnavailable, TransportUnavailable
from stream.worker import Worker


async def join(worker: Worker, stopped: Callable[[], Awaitable[None]], patience_s: float) -> None:
    """Join the group, or return without it as soon as `stopped` does.

    Raises:
        TransportUnavailable: also if it took longer than this patience; a new client may succeed where this one fails.
        FatalError: as the transport says, and BrakePulled.
    """
    joining, told = tasks = asyncio.ensure_future(_join(worker)), asyncio.ensure_future(stopped())
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


async def _join(worker: Worker) -> None:
    """A release that has stopped itself must not disturb the others at each start; a paused one waits."""
    with suppress(StoreUnavailable):
        if not await worker.store.paused():
            await worker.check_brake()
    await worker.transport.start()
