"""A topic of the flow is lost with what nobody had read yet, and the runbook's steps make it good."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import OffsetAndMetadata
from commands import koppeling
from forms import loket_form
from onboarding import Onboarding
from real import administrator

from sandbox.extra_worker import sent_away
from sandbox.running import RunningSandbox
from sandbox.waiting import until
from schemas.events import PolicyEnriched
from schemas.flow import LANES, SERVICE_NAMES, SERVICES
from services.create_topics import wanted
from stream.kafka_topics import create_topics

pytestmark = pytest.mark.long

TOPIC = PolicyEnriched.name
READERS = tuple(party.name for party in SERVICES if PolicyEnriched in party.consumes)
WHY = ("--apply", "--reason", "policy-enriched was lost")


async def lose_topic(running: RunningSandbox) -> None:
    async with administrator(running) as client:
        await client.delete_topics([TOPIC])

        async def gone() -> bool:
            return TOPIC not in await client.list_topics()

        await until(gone, deadline_s=30, missing="the topic is still there")


async def forget_positions(onboarding: Onboarding) -> None:
    """What the runbook tells to do while no service runs."""
    bootstrap = onboarding.sandbox.endpoints().kafka.bootstrap_servers
    for service in READERS:
        await onboarding.query(f"update {service}.lane set settled = settled - '{TOPIC}'")  # noqa: S608 (our own names)
        consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=service, enable_auto_commit=False)
        async with consumer:
            places = [TopicPartition(TOPIC, lane) for lane in range(LANES)]
            consumer.assign(places)
            await consumer.commit({place: OffsetAndMetadata(0, "") for place in places})


async def enriched(onboarding: Onboarding, registrations: list[str]) -> None:
    async def ask() -> bool:
        rows = await onboarding.query("select from enrichment.journal where subject = any($1)", registrations)
        return len(rows) == len(registrations)

    await until(ask, deadline_s=60, missing="enrichment has not taken all")


@contextmanager
def no_service(running: RunningSandbox) -> Iterator[None]:
    """None of them runs for the length of the block."""
    with ExitStack() as away:
        for service in SERVICE_NAMES:
            away.enter_context(sent_away(running, service))
        yield


async def test_what_was_lost_with_a_topic_is_published_again_by_who_had_published_it(alone: Onboarding) -> None:
    before = await alone.submit({f"before-{n}": loket_form(94_000 + n) for n in range(3)})
    assert await alone.confirmations(before) == [1] * 3
    assert (await koppeling(alone, "pause", "provisioning", *WHY)).code == 0
    unread = await alone.submit({f"unread-{n}": loket_form(94_100 + n) for n in range(3)})
    await enriched(alone, unread)
    with no_service(alone.sandbox):
        await lose_topic(alone.sandbox)
        missing = await koppeling(alone, "services")
        said = " ".join(missing.out.split())
        assert "intake: no workers, keeps up" in said
        assert f"backlog unknown topics missing or unfit (see TopicsUnfit): {TOPIC}" in said
        assert (missing.code, "not everything of provisioning" in missing.err) == (1, True)
        await create_topics(alone.sandbox.endpoints().kafka.access, wanted())
        await forget_positions(alone)
    assert (await koppeling(alone, "resume", "provisioning", *WHY)).code == 0
    done = await koppeling(alone, "replay", "topic", "registration-submitted", "--through", "enrichment", *WHY)
    assert done.code == 0, done.err
    assert await alone.confirmations([*before, *unread]) == [1] * 6
    audit = await koppeling(alone, "audit")
    assert audit.code == 0, audit.out
