"""Where every service reads on in Kafka, put back to what a Postgres remembers that came back older.

Or to the log's beginning where that is later, with what Postgres remembers: no worker starts where the log has nothing.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import click
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata
from pydantic import JsonValue

from ops.actions.action import Change, Deed, record_actions
from ops.replay.fate import Settled
from ops.replay.queue import settled
from ops.servers.administrator import Database, changing, of_service
from ops.servers.kafka_clients import consumer_of, no_answer
from ops.service_state.members import members
from ops.terminal.counted import counted
from ops.terminal.output import wrapped
from schemas.flow import LANES, Party
from stream.kafka_access import KafkaAccess


@dataclass(frozen=True, slots=True)
class Rewind:
    """The places of one service that are not to be read on from the committed offset, with that and the one instead.

    `missing`: how many records of a place, not settled by what Postgres knows, were removed from the log.
    """

    service: str
    committed: Mapping[TopicPartition, int]
    read_from: Mapping[TopicPartition, int]
    missing: Mapping[TopicPartition, int]

    @property
    def again(self) -> list[int]:
        """How many records are read again, of each place where any are."""
        return [self.committed[place] - at for place, at in self.read_from.items() if self.committed[place] > at]


async def rewinds(database: Database, access: KafkaAccess, services: Sequence[Party]) -> list[Rewind]:
    """What is to be put back, of each of these services where anything is.

    Postgres is asked last: a worker that still runs settles before it commits, and has forgotten nothing.
    """
    in_kafka = [(party.name, *await _in_kafka(access, party)) for party in services]
    found = [
        rewind_of(service, committed, await settled(database, service), begins)
        for service, committed, begins in in_kafka
    ]
    return [one for one in found if one.read_from]


async def why_not(access: KafkaAccess, services: Sequence[Party]) -> str | None:
    """Why nothing can be put back now; None when it can. Who still runs would take no notice of it."""
    present = await members(access)
    running = [f"{party.name} ({count})" for party in services if (count := sum(map(len, present[party.name])))]
    return f"end first what still holds a place in these groups: {', '.join(running)}" if running else None


async def _in_kafka(
    access: KafkaAccess, party: Party
) -> tuple[Mapping[TopicPartition, int | None], Mapping[TopicPartition, int]]:
    """Where its group has committed, and where the log begins."""
    places = [TopicPartition(event.name, lane) for event in party.consumes for lane in range(LANES)]
    async with _member_of(access, party.name) as consumer:
        consumer.assign(places)
        begins = await consumer.beginning_offsets(places)
        return {place: await consumer.committed(place) for place in places}, begins


def rewind_of(
    service: str,
    committed: Mapping[TopicPartition, int | None],
    read: Settled,
    begins: Mapping[TopicPartition, int],
) -> Rewind:
    """A place that Postgres knows nothing of is read from its beginning.

    One whose committed offset lies below the settled one stays: what was recorded between the two is not published yet,
    and would not be.
    """
    read_from, missing = {}, {}
    for place, at in committed.items():
        known = read.get((place.topic, place.partition))
        if at is None or (known is not None and at < known):
            continue
        start = max(begins[place], known or 0)
        if at != start or known not in (None, start):
            read_from[place] = start
        if (lost := start - (at if known is None else known)) > 0:
            missing[place] = lost
    return Rewind(service, {place: committed[place] or 0 for place in read_from}, read_from, missing)


async def put_back(url: str, access: KafkaAccess, found: list[Rewind], why: str) -> None:
    """Do it, on record first and in Postgres last: what Kafka refused is found again by who types it again.

    The other way round, a settled position where the log begins would hide the committed one below it.
    """
    async with changing(url) as database:
        await record_actions(database, Deed.REWIND, why, [_change(one) for one in found])
    for one in found:
        async with _member_of(access, one.service) as consumer:
            consumer.assign(list(one.read_from))
            await consumer.commit({place: OffsetAndMetadata(at, "") for place, at in one.read_from.items()})
    async with changing(url) as database:
        for one in found:
            moves = [(place.partition, place.topic, one.read_from[place]) for place in one.missing]
            await database.executemany(of_service(_SETTLED_AT, one.service), moves)


def rewinding_lines(found: list[Rewind]) -> Iterator[str]:
    """What would come of it."""
    for one in found:
        if again := one.again:
            yield from wrapped(f"{one.service}: {_again(again)} read again", rest="  ")
        if one.missing:
            missing = _by_topic(one.missing)
            yield from wrapped(f"{one.service}: no longer in the log, and not read: {missing}", rest="  ")
    if not found:
        yield from wrapped("no service has read more in Kafka than Postgres knows of")


def _again(counts: list[int]) -> str:
    is_one = sum(counts) == 1
    return f"{counted(sum(counts), 'record')} in {counted(len(counts), 'place')} {'is' if is_one else 'are'}"


def _by_topic(counts: Mapping[TopicPartition, int]) -> str:
    of_topic: Counter[str] = Counter()
    for place, count in counts.items():
        of_topic[place.topic] += count
    return ", ".join(f"{counted(count, 'record')} of {topic}" for topic, count in of_topic.items())


def _change(one: Rewind) -> Change:
    missing = {"no longer in the log": _by_place(one.missing)} if one.missing else {}
    return Change(one.service, one.service, None, _by_place(one.committed), _by_place(one.read_from) | missing)


def _by_place(offsets: Mapping[TopicPartition, int]) -> dict[str, JsonValue]:
    return {f"{place.topic}/{place.partition}": at for place, at in offsets.items()}


@asynccontextmanager
async def _member_of(access: KafkaAccess, group: str) -> AsyncIterator[Any]:
    """Speaks for a group that nobody is in."""
    consumer = consumer_of(access, group_id=group, enable_auto_commit=False)
    try:
        await consumer.start()
        yield consumer
    except (KafkaError, TimeoutError) as error:
        raise click.ClickException(await no_answer(access, error)) from None
    finally:
        await consumer.stop()


_SETTLED_AT = "update {schema}.lane set settled = settled || jsonb_build_object($2::text, $3::bigint) where lane = $1"
