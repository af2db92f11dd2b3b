"""`python -m faults.on_faust`: send numbers through a hop on Faust, and count what came out."""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import click
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from faults.on_faust.hop import HOPS, Hop
from sandbox.running import RunningSandbox
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox
from sandbox.waiting import until
from schemas.flow import LANES
from stream.kafka_access import KafkaAccess
from stream.kafka_topics import TopicSpec, create_topics

RECORDS = 3_000
DEADLINE_S = 120.0
QUIET_S = 15.0
"""A hop that has committed and sent on nothing for so long does no more: longer than a rejoin after a kill takes."""


class Outcome(NamedTuple):
    """What came of the records: committed and never sent on, sent on more than once, never committed."""

    lost: int
    double: int
    left: int


@click.command()
def main() -> None:
    """Show on a sandbox of its own what Faust loses: two hops, two minutes.

    Ends with 0 when a record was lost, as the decision says, with 1 when none was this time.
    """
    click.echo(f"{RECORDS:,} records through each hop")
    with throwaway_sandbox(SandboxSettings(services=False)) as sandbox:
        outcomes = [_told(hop, asyncio.run(course(sandbox, hop))) for hop in HOPS.values()]
    sys.exit(0 if any(outcome.lost for outcome in outcomes) else 1)


def _told(hop: Hop, outcome: Outcome) -> Outcome:
    counts = f"lost {outcome.lost:>3}   double {outcome.double:>4}   left standing {outcome.left:>4}"
    click.echo(f"  {hop.what:<43} {counts}")
    return outcome


async def course(sandbox: RunningSandbox, hop: Hop) -> Outcome:
    """Publish, let the hop work and die, and wait until it says that it is done. Raises TimeoutError."""
    bootstrap = sandbox.endpoints().kafka.bootstrap_servers
    await create_topics(KafkaAccess(bootstrap), [TopicSpec(name, LANES, {}) for name in (hop.arrived, hop.sent_on)])
    await _publish(bootstrap, hop.arrived)
    broker = Broker(bootstrap)
    await broker.start()
    try:
        for life in range(1, hop.kills + 1):
            with _running(bootstrap, hop):
                await broker.sent_on(hop, RECORDS * life // (hop.kills + 1))
        with _running(bootstrap, hop):
            committed = await broker.done(hop)
        seen = Counter(await broker.read(hop.sent_on))
    finally:
        await broker.stop()
    passed = [n for n in range(RECORDS) if n // LANES < committed[n % LANES]]
    double = sum(1 for count in seen.values() if count > 1)
    return Outcome(sum(1 for n in passed if n not in seen), double, RECORDS - len(passed))


async def _publish(bootstrap: str, topic: str) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        sent = [await producer.send(topic, b"%d" % n, key=b"%d" % n, partition=n % LANES) for n in range(RECORDS)]
        await asyncio.gather(*sent)


@contextmanager
def _running(bootstrap: str, hop: Hop) -> Iterator[None]:
    """The hop as a process, killed after the block."""
    command = (sys.executable, "-m", "faults.on_faust.app", bootstrap, hop.name)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603  our own
        try:
            yield
        finally:
            process.kill()


class Broker:
    """What the broker says of a hop, which is not asked itself."""

    def __init__(self, bootstrap: str) -> None:
        self._consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
        self._admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)

    async def start(self) -> None:
        """Connect."""
        await self._consumer.start()
        await self._admin.start()

    async def stop(self) -> None:
        """Close the connections."""
        await self._admin.close()
        await self._consumer.stop()

    async def sent_on(self, hop: Hop, count: int) -> None:
        """Return once so many records were sent on."""

        async def enough() -> bool:
            return await self._written(hop.sent_on) >= count

        await until(enough, deadline_s=DEADLINE_S, missing=f"{hop.name} has not sent on {count} records")

    async def done(self, hop: Hop) -> list[int]:
        """The committed offset of each lane, once the hop has long done nothing."""
        await self.sent_on(hop, 1)
        known: tuple[list[int], int] | None = None
        since_s = time.monotonic()

        async def quiet() -> list[int] | None:
            nonlocal known, since_s
            offsets = await self._admin.list_consumer_group_offsets(hop.name, partitions=_lanes(hop.arrived))
            committed = [max(offsets[lane].offset, 0) for lane in _lanes(hop.arrived)]
            now = committed, await self._written(hop.sent_on)
            if now != known:
                known, since_s = now, time.monotonic()
            return committed if time.monotonic() - since_s >= QUIET_S else None

        return await until(quiet, deadline_s=DEADLINE_S, missing=f"{hop.name} does not come to an end")

    async def read(self, topic: str) -> list[int]:
        """Every number in it."""
        ends = await self._consumer.end_offsets(_lanes(topic))
        self._consumer.assign([lane for lane, end in ends.items() if end])
        numbers: list[int] = []
        while len(numbers) < sum(ends.values()):
            fetched = await self._consumer.getmany(timeout_ms=1000)
            numbers += [int(record.value) for records in fetched.values() for record in records]
        return numbers

    async def _written(self, topic: str) -> int:
        return sum((await self._consumer.end_offsets(_lanes(topic))).values())


def _lanes(topic: str) -> list[TopicPartition]:
    return [TopicPartition(topic, lane) for lane in range(LANES)]


if __name__ == "__main__":
    main()
