"""The hop as Faust's own guide would have it: an agent that reads a number and sends it on.

Runs as a process of its own, `python -m faults.on_faust.app BOOTSTRAP_SERVERS HOP`, until it is killed.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import faust

from faults.on_faust.hop import HOPS, Hop
from services.monitor.faust_app import faust_app
from stream.kafka_access import KafkaAccess

ONE_IN = 250
SLOW_S = 0.5


def build(bootstrap: str, hop: Hop) -> faust.App:
    """Set as the live view's, so that it comes back within seconds after a kill."""
    app = faust_app(hop.name, KafkaAccess(bootstrap), web_enabled=False)
    arrived = app.topic(hop.arrived, key_serializer="raw", value_serializer="raw")
    take = _taker(app, hop)

    async def follow(stream: faust.StreamT[Any]) -> None:
        async for value in stream:
            await take(value)

    app.agent(arrived, name="follow", concurrency=hop.at_once)(follow)
    return app


def _taker(app: faust.App, hop: Hop) -> Callable[[bytes], Awaitable[None]]:
    async def take(value: bytes) -> None:
        if int(value) % ONE_IN == 0:
            if hop.raises:
                raise ArithmeticError(value)
            await asyncio.sleep(SLOW_S)
        await app.producer.send_and_wait(hop.sent_on, value, value, None, None, [])

    return take


def main() -> None:
    """Ends when it is killed."""
    bootstrap, name = sys.argv[1:]
    app = build(bootstrap, HOPS[name])
    faust.Worker(app, quiet=True, loglevel="CRITICAL").execute_from_commandline()


if __name__ == "__main__":
    main()
