"""Faust's consumer, reading a few times a second, and passing all records of a partition on as one message.

A fetch names every partition that is read, here over two hundred, and costs broker and view the same for one new record
as for a thousand; and Faust spends more on passing a message to an agent than the view does on its contents. Nobody
waits for the view, so the broker is asked to answer when there is much, or otherwise after a while.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar, cast

import aiokafka
from faust.transport.consumer import RecordMap
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from faust.types import TP, Message
from faust.types.transports import ConsumerT

FETCH_WAIT_MS = 400
"""A partition that has just answered is left out of the next fetch: its records come every second time."""
FETCH_BYTES_MIN = 1_000_000
_NOTHING_YET_S = 0.05


class UnhurriedConsumer(Consumer):
    """Leaves committing to the app, because Faust counts messages, not records."""

    _thread: "_Thread"

    def _new_consumer_thread(self) -> "_Thread":
        return _Thread(self, loop=self.loop, beacon=self.beacon)

    async def commit_at(self, positions: Mapping[TP, int]) -> None:
        """Commit these offsets, without those of partitions that were taken away."""
        await self._thread.commit(positions)


class UnhurriedTransport(Transport):
    """For an app whose agents and tables take messages of many records."""

    Consumer: ClassVar[type[ConsumerT]] = UnhurriedConsumer


class _Thread(AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: Transport) -> aiokafka.AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        # Faust has no settings for these; they are read when the consumer starts.
        consumer._fetch_min_bytes = FETCH_BYTES_MIN  # noqa: SLF001
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001
        consumer._isolation_level = "read_committed"  # noqa: SLF001
        return consumer

    async def getmany(self, active_partitions: set[TP] | None, timeout: float) -> RecordMap:  # noqa: ASYNC109 -- Faust's
        wanted = self.wanted(active_partitions)
        if wanted is not None and not wanted:
            await asyncio.sleep(_NOTHING_YET_S)
            return {}
        found = await super().getmany(wanted, timeout)
        return {place: [together(records)] for place, records in found.items()}

    async def on_thread_stop(self) -> None:
        # aiokafka raises that of a fetch that it cancelled itself, if Kafka is away: Faust would never end.
        with suppress(asyncio.CancelledError):
            await super().on_thread_stop()

    def wanted(self, active: set[TP] | None) -> set[TP] | None:
        """Of the partitions that Faust reads, those whose records it would not lose; None: all.

        When its tables are restored, Faust reads the other partitions before it has looked up where they continue, and
        empties its queues afterwards: records that came in between would be lost.
        """
        if active is None or not self.app.rebalancing:
            return active
        tables = self.app.tables.changelog_topics
        return {place for place in active if place.topic in tables}


def records_of(message: Message) -> Sequence[Any]:
    """The records that came together in this message, as aiokafka has them."""
    return cast("Sequence[Any]", message.value)


def together(records: list[Any]) -> Any:
    """These records of one partition as one, at the offset of the last."""
    return replace(records[-1], key=None, headers=(), value=records)
