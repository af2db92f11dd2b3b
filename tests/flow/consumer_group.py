"""A service's consumer group as Kafka's coordinator sees it."""

from aiokafka import AIOKafkaConsumer, TopicPartition
from onboarding import Onboarding
from real import administrator

from sandbox.waiting import until
from schemas.flow import LANES, SERVICES


async def uncommitted(onboarding: Onboarding, service: str) -> int:
    """How many records of its topics the service's group has not committed."""
    (party,) = (party for party in SERVICES if party.name == service)
    places = [TopicPartition(event.name, lane) for event in party.consumes for lane in range(LANES)]
    async with administrator(onboarding.sandbox) as client:
        committed = await client.list_consumer_group_offsets(service)
    async with AIOKafkaConsumer(bootstrap_servers=onboarding.sandbox.endpoints().kafka.bootstrap_servers) as consumer:
        ends = await consumer.end_offsets(places)
    return sum(ends[place] - (committed[place].offset if place in committed else 0) for place in places)


async def all_committed(onboarding: Onboarding, service: str) -> None:
    """Return once the service is done with everything there is."""

    async def ask() -> bool:
        return await uncommitted(onboarding, service) == 0

    await until(ask, deadline_s=30, missing=f"{service} has not committed everything")


async def members(onboarding: Onboarding, service: str, count: int) -> None:
    """Return once the lanes are shared out among so many workers."""

    async def ask() -> bool:
        async with administrator(onboarding.sandbox) as client:
            (answer,) = await client.describe_consumer_groups([service])
        ((_, _, state, _, _, found, *_),) = answer.groups
        return state == "Stable" and len(found) == count

    await until(ask, deadline_s=30, missing=f"{service} has not {count} workers")
