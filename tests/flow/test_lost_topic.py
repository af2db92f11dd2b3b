"""A topic of the flow is lost with what nobody had read yet, and the runbook's steps make it good."""

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import OffsetAndMetadata
from commands import koppeling
from forms import loket_form
from onboarding import Onboarding
from real import administrator

from sandbox.running import RunningSandbox, sandbox_running
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_state
from sandbox.waiting import until
from schemas.events import PolicyEnriched
from schemas.flow import LANES, SERVICES
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


async def test_what_was_lost_with_a_topic_is_published_again_by_who_had_published_it() -> None:
    with throwaway_state() as state:
        settings = SandboxSettings(state=state.path)
        with sandbox_running(settings) as running:
            onboarding = Onboarding(running)
            before = await onboarding.submit({f"before-{n}": loket_form(94_000 + n) for n in range(3)})
            assert await onboarding.confirmations(before) == [1] * 3
            assert (await koppeling(onboarding, "pause", "provisioning", *WHY)).code == 0
            unread = await onboarding.submit({f"unread-{n}": loket_form(94_100 + n) for n in range(3)})
            await enriched(onboarding, unread)
        with sandbox_running(settings.model_copy(update={"services": False})) as running:
            await lose_topic(running)
            missing = await koppeling(Onboarding(running), "services")
            said = " ".join(missing.out.split())
            assert "intake: no workers, keeps up" in said
            assert f"backlog unknown topics missing or unfit (see TopicsUnfit): {TOPIC}" in said
            assert (missing.code, "not everything of provisioning could be read" in missing.err) == (1, True)
            await create_topics(running.endpoints().kafka.access, wanted())
            await forget_positions(Onboarding(running))
        with sandbox_running(settings) as running:
            onboarding = Onboarding(running)
            assert (await koppeling(onboarding, "resume", "provisioning", *WHY)).code == 0
            replay = ("replay", "topic", "registration-submitted", "--through", "enrichment")
            done = await koppeling(onboarding, *replay, *WHY)
            assert done.code == 0, done.err
            assert await onboarding.confirmations([*before, *unread]) == [1] * 6
            audit = await koppeling(onboarding, "audit")
            assert audit.code == 0, audit.out
