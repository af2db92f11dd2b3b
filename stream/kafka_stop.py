"""Ends a client of Kafka, past two things that aiokafka's consumer gets wrong."""

import asyncio
from typing import Protocol

STOP_S_MAX = 5.0


class Client(Protocol):
    """A consumer or a producer of aiokafka."""

    async def stop(self) -> None:
        """Disconnect."""


async def stop(client: Client) -> None:
    """Disconnect it. Raises what its own `stop` raises, but for a fetch that the library cancelled itself.

    A consumer whose assignment has just changed may miss that it is to end, and would never end: so it is told again
    after `STOP_S_MAX`, or when nobody waits for it any longer. One that waits to fetch again, as Kafka is away, raises
    CancelledError on whoever stops it.
    """
    stopping = asyncio.ensure_future(client.stop())
    try:
        await asyncio.wait([stopping], timeout=STOP_S_MAX)
    finally:
        stopping.cancel()
    await asyncio.wait([stopping], timeout=STOP_S_MAX)
    if stopping.done() and not stopping.cancelled():
        stopping.result()
