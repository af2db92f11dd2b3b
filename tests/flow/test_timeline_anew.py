"""The timeline's schema is dropped and built again, while all others run, by what the runbook tells to type."""

import asyncio
import json
from contextlib import suppress
from signal import SIGTERM

import asyncpg
import pytest
from commands import koppeling
from consumer_group import all_committed
from forms import loket_form
from onboarding import Onboarding
from runbook_page import TIMELINE_ANEW, blocks

from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox
from sandbox.waiting import until
from services.migrate import migrate

pytestmark = [pytest.mark.sandbox, pytest.mark.long]


async def heard(onboarding: Onboarding) -> dict[str, list[str]]:
    """What the timeline keeps of each registration, in whatever order it came."""
    with suppress(asyncpg.UndefinedTableError):
        rows = await onboarding.query("select key, entries from timeline.heard")
        return {row["key"]: sorted(map(json.dumps, json.loads(row["entries"]))) for row in rows}
    return {}


async def test_what_the_topics_hold_is_heard_again_by_a_timeline_without_a_schema() -> None:
    (block,) = blocks(TIMELINE_ANEW)
    with throwaway_sandbox(SandboxSettings()) as running:
        onboarding = Onboarding(running)
        registrations = await onboarding.submit({f"anew-{n}": loket_form(61_800 + n) for n in range(3)})
        await onboarding.all_said(registrations)
        await all_committed(onboarding, "timeline")
        before = await heard(onboarding)
        assert before.keys() >= set(registrations)

        early = await koppeling(onboarding, *block[0])
        assert (early.code, "timeline (1)" in early.err) == (1, True), early.err
        with running.away("timeline", SIGTERM):
            await onboarding.query("drop schema timeline cascade")
            await asyncio.to_thread(migrate, running.endpoints().postgres.url)
            for words in block:
                said = await koppeling(onboarding, *words)
                assert said.code == 0, said.err

        async def heard_again() -> bool:
            return await heard(onboarding) == before

        await until(heard_again, deadline_s=60, missing="the timeline is not as it was")
