"""A day brought once more, early in a run: later it holds what all other tests have said."""

import asyncio
import signal
from asyncio.subprocess import DEVNULL
from datetime import UTC, datetime
from typing import Any

from commands import command, koppeling
from onboarding import Onboarding
from realised import realised
from test_replays import WHY, everything, in_queues

from ops.actions.applying import NOT_APPLIED
from ops.terminal.output import COLUMNS
from payroll.amsterdam import AMSTERDAM
from sandbox.waiting import until
from schemas.ids import reference


async def parts(onboarding: Onboarding, since: datetime) -> list[Any]:
    """Of a day's replay."""
    sql = "select * from operations.replay where asked like '%part of day%' and begun_at > $1"
    return await onboarding.query(sql, since)


async def test_a_day_brought_again_goes_on_where_it_was_left_changes_nothing_and_one_registration_is_brought_alone(
    onboarding: Onboarding,
) -> None:
    begun = datetime.now(AMSTERDAM).date()
    registrations = await realised(onboarding, [f"that-day-{n}" for n in range(3)], 96_000)
    before = await everything(onboarding)
    asked = ("replay", "topic", "policy-enriched", "--through", "provisioning", "--day", f"{begun}")
    alone = await koppeling(onboarding, *asked, "--registration", reference(registrations[0]), *WHY)
    assert (alone.code, "1 record of policy-enriched through provisioning" in alone.out) == (0, True), alone.err
    assert "replayed: 1 record of policy-enriched through provisioning" in alone.lines

    plan = await koppeling(onboarding, "replay", "day", f"{begun}")
    assert (plan.code, plan.lines[-1], max(map(len, plan.lines)) <= COLUMNS) == (0, NOT_APPLIED, True), plan.err
    words = ("replay", "day", f"{begun}", "--rate", "2000", *WHY)
    typed_at = datetime.now(UTC)
    process = await asyncio.create_subprocess_exec(*command(onboarding, *words), stdout=DEVNULL)

    async def one_is_done() -> bool:
        return any(part["finished_at"] for part in await parts(onboarding, typed_at))

    await until(one_is_done, deadline_s=60, missing="no topic's part of the day has come to its end")
    process.send_signal(signal.SIGINT)
    await process.wait()
    left = [part["asked"] for part in await parts(onboarding, typed_at) if not part["finished_at"]]
    done = await koppeling(onboarding, *words)
    assert (done.code, done.out.count("replayed:")) == (0, len(left)), done.err
    whole = await parts(onboarding, typed_at)
    assert [part["asked"] for part in whole if not part["finished_at"]] == []
    assert len({part["asked"] for part in whole}) == len(whole) == plan.out.count("or longer") > len(left)
    planned = sum(int(line.split()[0].replace(",", "")) for line in plan.lines if " through " in line)
    assert sum(part["queued"] for part in whole) <= planned, "what was said once more was brought as well"
    assert (await everything(onboarding), await in_queues(onboarding)) == (before, 0)
    nothing = await koppeling(onboarding, "replay", "day", "2001-01-01")
    assert (nothing.code, "hold nothing of this day" in nothing.err) == (1, True)
