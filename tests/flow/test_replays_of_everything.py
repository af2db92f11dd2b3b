"""Everything that was ever said brought once more, and a replay killed at any moment: nothing new is said or mailed."""

import asyncio
import json
import signal
from asyncio.subprocess import DEVNULL
from contextlib import suppress
from datetime import UTC, datetime
from random import Random

import asyncpg
from commands import command, koppeling
from consumer_group import all_committed
from forms import loket_form
from onboarding import Onboarding
from realised import realised
from runbook_page import TIMELINE_ANEW, blocks
from scenarios.files import SCENARIOS
from scenarios.player import Player
from test_replays import WHY, everything, in_queues, queued_so_far
from test_scenarios_for_real import all_of
from world_on_sandbox import WorldOnSandbox, come_to_rest

from sandbox.waiting import until
from schemas.events import ConnectionsWithdrawn, CorrectionRefused
from schemas.flow import FLOW, OPERATORS, SERVICES, TIMELINE
from services.migrate import migrate

READ = [(event.name, party.name) for party in SERVICES for event in party.consumes]
SAID = sorted({event.name for party in FLOW if party is not OPERATORS for event in party.emits})
UNTOLD = {ConnectionsWithdrawn.name, CorrectionRefused.name}
"""No short scenario comes to these."""
TURNS_MAX = 3
PLAYED = [
    (number, told)
    for number, told in enumerate(SCENARIOS)
    if told.scenario.in_memory_only is None and len(told.scenario.turns) <= TURNS_MAX
]
SEED = 1
KILLS = 10
REALISED = 100
SLOWLY = ("--queue", "4", "--rate", "20")
"""Two records at a time: hardly more follow between two looks at how far it is."""
PROGRESS_MAX = 4


async def ids_said(onboarding: Onboarding) -> dict[str, set[bytes]]:
    """Of every event in every topic, but of what operators did."""
    found = await asyncio.gather(*map(onboarding.records, SAID))
    return {
        topic: {dict(record.headers)["ce_id"] for record in records} for topic, records in zip(SAID, found, strict=True)
    }


async def test_every_topic_brought_again_from_its_start_through_all_who_read_it_has_no_effect(
    alone: Onboarding,
) -> None:
    worlds = [WorldOnSandbox(alone, number) for number, _ in PLAYED]
    players = [Player(world, told) for world, (_, told) in zip(worlds, PLAYED, strict=True)]
    await all_of(player.play() for player in players)
    await come_to_rest(alone, worlds)
    await all_committed(alone, TIMELINE.name)
    before, said = await everything(alone), await ids_said(alone)
    told = [(topic, service) for topic, service in READ if said[topic]]
    assert {topic for topic, _ in READ} - {topic for topic, _ in told} == UNTOLD

    for topic, service in told:
        done = await koppeling(alone, "replay", "topic", topic, "--through", service, "--rate", "2000", *WHY)
        assert done.code == 0, done.err
        assert (f" through {service}" in done.out, "nothing new can follow" in done.out) == (True, True), done.out
    assert await in_queues(alone) == 0
    assert (await everything(alone), await ids_said(alone)) == (before, said)
    audit = await koppeling(alone, "audit")
    assert audit.code == 0, audit.out


async def killed_after(rows: int, onboarding: Onboarding, words: list[str]) -> None:
    """The command dies once it has queued so many more than those that died before it; of none, while it starts."""
    begun = await queued_so_far(onboarding)
    process = await asyncio.create_subprocess_exec(*command(onboarding, *words), stdout=DEVNULL)

    async def far_enough() -> bool:
        return await queued_so_far(onboarding) >= begun + rows

    await until(far_enough, deadline_s=60, missing=f"the replay has not queued {rows} more")
    process.kill()
    assert await process.wait() == -signal.SIGKILL


async def test_a_replay_that_is_killed_at_ten_random_moments_says_nothing_new_and_mails_nobody(
    alone: Onboarding,
) -> None:
    begun = datetime.now(UTC).isoformat()
    registrations = await realised(alone, [f"killed-{n}" for n in range(REALISED)], 60_900)
    before, said = await everything(alone), await ids_said(alone)
    # Its own records alone: what was brought again before stands in the topic more than once.
    asked = ("replay", "topic", "link-realised", "--through", "notifier", "--since", begun)
    chance = Random(SEED)
    for _ in range(KILLS):
        await killed_after(chance.randint(0, PROGRESS_MAX), alone, [*asked, *SLOWLY, *WHY])

    done = await koppeling(alone, *asked, *WHY)
    assert (done.code, "goes on" in done.out) == (0, True), done.err
    newest = (await koppeling(alone, "replay", "list", "--json")).json[0]
    assert (newest["queued"], bool(newest["finished_at"])) == (REALISED, True)
    assert await in_queues(alone) == 0
    assert (await everything(alone), await ids_said(alone)) == (before, said)
    assert await alone.confirmations(registrations) == [1] * REALISED


async def heard(onboarding: Onboarding) -> dict[str, list[str]]:
    """What the timeline keeps of each registration, in whatever order it came."""
    with suppress(asyncpg.UndefinedTableError):
        rows = await onboarding.query("select key, entries from timeline.heard where entries is not null")
        return {row["key"]: sorted(map(json.dumps, json.loads(row["entries"]))) for row in rows}
    return {}


async def test_what_the_topics_hold_is_heard_again_by_a_timeline_without_a_schema(alone: Onboarding) -> None:
    """Dropped and built again, while all others run, by what the runbook tells to type."""
    (block,) = blocks(TIMELINE_ANEW)
    registrations = await alone.submit({f"anew-{n}": loket_form(61_800 + n) for n in range(3)})
    await alone.all_said(registrations)
    await all_committed(alone, TIMELINE.name)
    before = await heard(alone)
    assert before.keys() >= set(registrations)

    early = await koppeling(alone, *block[0])
    assert (early.code, "no service has read more" in early.out) == (0, True), early.err
    with alone.sandbox.away(TIMELINE.name, signal.SIGTERM):
        await alone.query("drop schema timeline cascade")
        await asyncio.to_thread(migrate, alone.sandbox.endpoints().postgres.url)
        for words in block:
            said = await koppeling(alone, *words)
            assert said.code == 0, said.err

    async def heard_again() -> bool:
        return await heard(alone) == before

    await until(heard_again, deadline_s=60, missing="the timeline is not as it was")
