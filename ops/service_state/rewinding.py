"""Where every service reads on in Kafka, put back to what a Postgres remembers that came back older."""

from collections.abc import AsyncIterator, Iterator, Mapping
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
from ops.servers.administrator import Database
from ops.servers.kafka_clients import consumer_of, no_answer
from ops.service_state.backlog import workers
from schemas.flow import LANES, SERVICES, Party
from stream.kafka_access import KafkaAccess


@dataclass(frozen=True, slots=True)
class Rewind:
    """The places of one service whose committed offset is above the settled one, by both."""

    service: str
    committed: Mapping[TopicPartition, int]
    settled: Mapping[TopicPartition, int]

    @property
    def records(self) -> int:
        """How many are read again."""
        return sum(self.committed[place] - at for place, at in self.settled.items())


async def rewinds(database: Database, access: KafkaAccess) -> list[Rewind]:
    """What is to be put back, of every service where anything is.

    Raises:
        ClickException: a worker of one still runs, and would take no notice of it.
    """
    found = []
    running = [f"{service} ({count})" for service, count in (await workers(access)).items() if count]
    if running:
        raise click.ClickException(f"stop all services first; workers still hold a place in: {', '.join(running)}")
    for party in SERVICES:
        one = await _rewind(access, party, await settled(database, party.name))
        found += [one] if one.settled else []
    return found


async def _rewind(access: KafkaAccess, party: Party, read: Settled) -> Rewind:
    places = [TopicPartition(event.name, lane) for event in party.consumes for lane in range(LANES)]
    async with _member_of(access, party.name) as consumer:
        consumer.assign(places)
        begins = await consumer.beginning_offsets(places)
        committed = {place: await consumer.committed(place) for place in places}
    return rewind_of(party.name, committed, read, begins)


def rewind_of(
    service: str,
    committed: Mapping[TopicPartition, int | None],
    read: Settled,
    begins: Mapping[TopicPartition, int],
) -> Rewind:
    """A place that Postgres knows nothing of is read from its beginning.

    One whose committed offset lies below stays: what was recorded between the two is not published yet, and would not
    be.
    """
    wanted = {place: read.get((place.topic, place.partition), begins[place]) for place in committed}
    above = {place: at for place, at in committed.items() if at is not None and at > wanted[place]}
    return Rewind(service, above, {place: wanted[place] for place in above})


async def rewind(database: Database, access: KafkaAccess, found: list[Rewind], why: str) -> None:
    """Do it, inside a transaction of Postgres's: on record before it is done. Done twice it does no more."""
    await record_actions(database, Deed.REWIND, why, [_change(one) for one in found])
    for one in found:
        async with _member_of(access, one.service) as consumer:
            consumer.assign(list(one.settled))
            await consumer.commit({place: OffsetAndMetadata(at, "") for place, at in one.settled.items()})


def rewinding_lines(found: list[Rewind]) -> Iterator[str]:
    """What would come of it."""
    for one in found:
        yield f"{one.service}: {one.records} records in {len(one.settled)} places are read again"
    if not found:
        yield "no service has read more in Kafka than Postgres knows of"


def _change(one: Rewind) -> Change:
    return Change(one.service, one.service, None, _by_place(one.committed), _by_place(one.settled))


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
