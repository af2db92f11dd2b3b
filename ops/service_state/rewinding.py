"""Sets the offsets from which services read on back to what Postgres knows, after that was restored from a backup.

Where the log begins later than that, both the committed offset and the settled position are set to its beginning: a
worker does not start at an offset that the log no longer has.
"""

from asyncio import wait_for
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
from ops.servers.kafka_clients import ANSWER_S_MAX, consumer_of, no_answer
from ops.service_state.members import members
from ops.terminal.counted import counted
from ops.terminal.output import wrapped
from schemas.flow import LANES, Party
from stream.kafka_access import KafkaAccess
from stream.kafka_stop import stop


@dataclass(frozen=True, slots=True)
class Rewind:
    """The partitions of one service whose committed offset has to change: that offset, and the new one.

    `missing`: how many records of a partition were removed from the log before they were settled, by what Postgres
    knows.
    """

    service: str
    committed: Mapping[TopicPartition, int]
    read_from: Mapping[TopicPartition, int]
    missing: Mapping[TopicPartition, int]

    @property
    def again(self) -> list[int]:
        """How many records of each partition are read again, where any are."""
        return [self.committed[place] - at for place, at in self.read_from.items() if self.committed[place] > at]


async def rewinds(database: Database, access: KafkaAccess, services: Sequence[Party]) -> list[Rewind]:
    """What has to be set back for these services, without those for which nothing has.

    Postgres is asked last: a worker that still runs settles before it commits, so it seems to have lost nothing.
    """
    in_kafka = [(party.name, *await _in_kafka(access, party)) for party in services]
    found = [
        rewind_of(service, committed, await settled(database, service), begins)
        for service, committed, begins in in_kafka
    ]
    return [one for one in found if one.read_from]


async def why_not(access: KafkaAccess, services: Sequence[Party]) -> str | None:
    """Why offsets cannot be set back now: members of the groups would not notice. None when they can."""
    present = await members(access)
    running = [f"{party.name} ({count})" for party in services if (count := sum(map(len, present[party.name])))]
    return f"end first what still holds a place in these groups: {', '.join(running)}" if running else None


async def _in_kafka(
    access: KafkaAccess, party: Party
) -> tuple[Mapping[TopicPartition, int | None], Mapping[TopicPartition, int]]:
    """The offsets that the service's group has committed, and those at which the log begins."""
    places = [TopicPartition(event.name, lane) for event in party.consumes for lane in range(LANES)]
    async with _member_of(access, party.name) as consumer:
        consumer.assign(places)
        begins = await consumer.beginning_offsets(places)
        return {place: await wait_for(consumer.committed(place), ANSWER_S_MAX) for place in places}, begins


def rewind_of(
    service: str,
    committed: Mapping[TopicPartition, int | None],
    read: Settled,
    begins: Mapping[TopicPartition, int],
) -> Rewind:
    """The rewind of one service; a partition that Postgres knows nothing of is read from the beginning.

    A partition whose committed offset lies below the settled position stays as it is: what was recorded between the two
    is not published yet, and never would be if the offset were moved up.
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
    """Do it: first the operators' record, then Kafka, and Postgres last.

    So if Kafka refuses, the same command typed again finds the same to do. Were Postgres first, the settled position at
    the beginning of the log would hide that the committed offset lies below it.
    """
    async with changing(url) as database:
        await record_actions(database, Deed.REWIND, why, [_change(one) for one in found])
    for one in found:
        async with _member_of(access, one.service) as consumer:
            consumer.assign(list(one.read_from))
            moved = {place: OffsetAndMetadata(at, "") for place, at in one.read_from.items()}
            await wait_for(consumer.commit(moved), ANSWER_S_MAX)
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
    """A consumer of this group, which has no members. Raises ClickException when Kafka does not do what is asked.

    For the group's coordinator aiokafka would look for ever: a call that needs it is broken off.
    """
    consumer = consumer_of(access, group_id=group, enable_auto_commit=False)
    try:
        await consumer.start()
        yield consumer
    except (KafkaError, TimeoutError) as error:
        raise click.ClickException(await no_answer(access, error)) from None
    finally:
        await stop(consumer)


_SETTLED_AT = "update {schema}.lane set settled = settled || jsonb_build_object($2::text, $3::bigint) where lane = $1"
