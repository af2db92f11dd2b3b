"""A service paused and let go on by an operator, on everything that is real."""

import asyncio
import json
import os
import signal
from urllib.request import urlopen

import asyncpg
from commands import koppeling, operators
from forms import loket_form
from onboarding import Onboarding

from sandbox.waiting import until
from schemas.flow import ENRICHMENT

WHY = ("--apply", "--reason", "the policies are being replaced")


async def readiness(onboarding: Onboarding) -> tuple[int, str]:
    (url,) = onboarding.sandbox.endpoints().health[ENRICHMENT.name]

    def ask() -> tuple[int, str]:
        try:
            with urlopen(f"{url}/ready", timeout=5) as answer:  # noqa: S310 -- the sandbox's own address
                return answer.status, json.load(answer)["why"]
        except OSError:
            return 0, ""

    return await asyncio.to_thread(ask)


async def handled(onboarding: Onboarding, service: str, registrations: list[str]) -> int:
    rows = await onboarding.query(
        f"select count(*) from {service}.journal where subject = any($1)",  # noqa: S608 (our own names)
        registrations,
    )
    return int(rows[0][0])


async def until_paused(onboarding: Onboarding) -> None:
    async def paused() -> bool:
        return await readiness(onboarding) == (200, "paused")

    await until(paused, deadline_s=30, missing="the worker has not noticed that it is paused")


async def test_a_paused_service_takes_nothing_through_a_restart_and_then_everything_once(
    onboarding: Onboarding,
) -> None:
    plan = await koppeling(onboarding, "pause", "enrichment")
    assert (plan.code, "nothing was changed" in plan.out) == (0, True)
    assert (await koppeling(onboarding, "pause", "enrichment", *WHY)).code == 0
    try:
        await until_paused(onboarding)
        (process,) = onboarding.sandbox.endpoints().services["enrichment"]
        registrations = await onboarding.submit({f"paused-{n}": loket_form(91_000 + n) for n in range(5)})

        async def accepted() -> bool:
            return await handled(onboarding, "intake", registrations) == len(registrations)

        await until(accepted, deadline_s=30, missing="intake does not go on")
        again = await koppeling(onboarding, "pause", "enrichment", *WHY)
        assert (again.code, "is paused since" in again.err, "nothing was changed" in again.err) == (1, True, True)
        assert "enrichment is paused since" in (await koppeling(onboarding, "status")).out
        for_programs = await koppeling(onboarding, "status", "--json", "--limit", "1")
        assert [said in for_programs.err for said in ("enrichment is paused since", "older: --limit")] == [True, True]
        assert len(for_programs.json) == 1
        assert onboarding.sandbox.endpoints().services["enrichment"] == [process]

        os.kill(process, signal.SIGKILL)

        async def another() -> bool:
            return onboarding.sandbox.endpoints().services.get("enrichment", []) not in ([], [process])

        await until(another, deadline_s=30, missing="enrichment is not started again")
        await until_paused(onboarding)
        assert await handled(onboarding, "enrichment", registrations) == 0
    finally:
        done = await koppeling(onboarding, "resume", "enrichment", *WHY)
    assert done.code == 0, done.err
    assert await onboarding.confirmations(registrations) == [1] * len(registrations)
    actions = [one["what"] for one in (await koppeling(onboarding, "actions", "--json")).json]
    assert actions[:2] == ["resume", "pause"]


async def test_what_is_not_paused_can_not_be_resumed(onboarding: Onboarding) -> None:
    for words in (("resume", "intake"), ("resume", "intake", *WHY)):
        said = await koppeling(onboarding, *words)
        assert (said.code, "intake is not paused" in said.err) == (1, True)


async def test_of_two_who_release_a_brake_one_hears_that_the_other_did(onboarding: Onboarding) -> None:
    await onboarding.query("insert into timeline.brake (release, pulled_at, reason) values ('0.0', now(), 'a test')")
    holding = await asyncpg.connect(onboarding.sandbox.endpoints().postgres.url)
    try:
        async with holding.transaction():
            await holding.execute("select from timeline.brake where release = '0.0' for update")
            typed = ("brake", "release", "timeline", "--apply", "--reason", "both")
            releasing = asyncio.create_task(operators(onboarding, 2, *typed))

            async def both_wait() -> bool:
                return len(await onboarding.query(_WAIT_FOR_THE_BRAKE)) == 2

            await until(both_wait, deadline_s=30, missing="they have not come so far")
        said = await releasing
    finally:
        await holding.close()
    assert sorted(one.code for one in said) == [0, 1]
    assert "was released by another at this moment; nothing was changed" in "".join(one.err for one in said)
    assert len(await onboarding.query("select from operations.action where target = '0.0' and why = 'both'")) == 1


_WAIT_FOR_THE_BRAKE = """
select from pg_stat_activity where wait_event_type = 'Lock' and ltrim(query, chr(10)) like 'update timeline.brake%'
"""
