"""Records that an operator forces to be decided again, on everything that is real."""

import asyncio
import signal
from asyncio.subprocess import DEVNULL, PIPE
from datetime import UTC, datetime

from commands import command, koppeling
from onboarding import Onboarding
from realised import realised

from ops.terminal.output import COLUMNS
from payroll.amsterdam import AMSTERDAM
from sandbox.waiting import until
from schemas.ids import reference

WHY = ("--apply", "--reason", "a test")
OF_ENRICHMENT = "select id, reason from enrichment.journal where subject = any($1)"


async def until_queued(onboarding: Onboarding, registration: str) -> None:
    """Returns when a record of a replay about it waits for the notifier."""

    async def queued() -> bool:
        sql = "select from notifier.redelivery where kind = 'replay' and key = $1"
        return bool(await onboarding.query(sql, registration))

    await until(queued, deadline_s=60, missing="the record is not queued")


async def test_what_is_done_is_decided_again_and_the_plan_has_said_that_nothing_comes_of_it(
    onboarding: Onboarding,
) -> None:
    (me,) = await realised(onboarding, ["forced"], 98_500)
    before = await onboarding.query(OF_ENRICHMENT, [me])
    words = ("replay", "topic", "registration-submitted", "--through", "enrichment", "--registration", reference(me))
    plan = await koppeling(onboarding, *words, "--force")
    assert (plan.code, "1 would be ignored again (STALE_CYCLE): no effect" in plan.out) == (0, True), plan.err
    assert await onboarding.query(OF_ENRICHMENT, [me]) == before

    done = await koppeling(onboarding, *words, "--force", *WHY)
    assert (done.code, "replayed: 1 record" in done.out) == (0, True), done.err
    (anew,) = set(await onboarding.query(OF_ENRICHMENT, [me])) - set(before)
    assert anew["reason"] == "STALE_CYCLE"
    action = (await koppeling(onboarding, "actions", "--json")).json[0]
    newest = (await koppeling(onboarding, "replay", "list", "--json")).json[0]
    assert (action["what"], action["after"]) == ("force", {"epoch": newest["epoch"]})
    assert newest["epoch"] > 0


async def test_a_mail_goes_out_again_only_when_it_was_confirmed_and_once(onboarding: Onboarding) -> None:
    (me,) = await realised(onboarding, ["forced-mail"], 98_501)
    words = (
        "replay", "topic", "link-realised", "--through", "notifier", "--registration", reference(me), "--force",
    )  # fmt: skip
    before = await onboarding.effects([me])
    becomes = "update notifier.effect set status = $2 where subject = $1 and kind = 'link-realised' returning id"
    await onboarding.query(becomes, me, "UNCERTAIN")
    unknown = await koppeling(onboarding, *words)
    assert "1 mail of these registrations not sent yet, or uncertain" in " ".join(unknown.out.split())
    await onboarding.query(becomes, me, "SENT")
    plan = await koppeling(onboarding, *words)
    assert "uncertain" not in plan.out
    assert (plan.code, "1 of what is said or planned is mailed: --mails --confirm 1 allows it" in plan.lines) == (
        0,
        True,
    ), plan.out
    assert max(map(len, plan.lines)) <= COLUMNS
    for refused in ((), ("--mails",), ("--mails", "--confirm", "2")):
        said = await koppeling(onboarding, *words, *refused, *WHY)
        assert (said.code, "was not confirmed" in said.err) == (1, True)
    assert await onboarding.effects([me]) == before

    done = await koppeling(onboarding, *words, "--mails", "--confirm", "1", *WHY)
    assert done.code == 0, done.err
    after = await onboarding.settled([me], len(before) + 1)
    assert [len(mails) for mails in onboarding.mails(after).values()] == [1] * len(after)
    assert sorted(one.kind for one in after if one not in before) == ["link-realised"]
    assert await onboarding.query("select from notifier.effect where subject = $1 and epoch > 0", me)


async def test_one_that_is_left_while_its_last_records_wait_goes_on_and_mails_nobody_once_more(
    onboarding: Onboarding,
) -> None:
    (me,) = await realised(onboarding, ["forced-and-left"], 98_502)
    before = await onboarding.effects([me])
    words = ("replay", "topic", "link-realised", "--through", "notifier", "--registration", reference(me), "--force")
    confirmed = (*words, "--mails", "--confirm", "1", *WHY)
    assert (await koppeling(onboarding, "pause", "notifier", *WHY)).code == 0
    try:
        process = await asyncio.create_subprocess_exec(*command(onboarding, *confirmed), stdout=DEVNULL, stderr=PIPE)
        await until_queued(onboarding, me)
        process.send_signal(signal.SIGINT)
        _, err = await process.communicate()
        assert (process.returncode, b"the same command goes on" in err) == (1, True)
    finally:
        assert (await koppeling(onboarding, "resume", "notifier", *WHY)).code == 0
    done = await koppeling(onboarding, *confirmed)
    assert (done.code, "goes on" in done.out) == (0, True), done.err
    after = await onboarding.settled([me], len(before) + 1)
    assert [len(mails) for mails in onboarding.mails(after).values()] == [1] * len(after)


async def test_one_that_is_killed_half_way_goes_on_in_its_epoch_and_decides_each_record_once(
    onboarding: Onboarding,
) -> None:
    since = datetime.now(UTC).isoformat()
    registrations = await realised(onboarding, [f"forced-half-way-{n}" for n in range(20)], 98_510)
    before = {row["id"] for row in await onboarding.query(OF_ENRICHMENT, registrations)}
    asked = ("replay", "topic", "registration-submitted", "--through", "enrichment", "--since", since, "--force")
    slow = command(onboarding, *asked, "--queue", "2", "--rate", "10", *WHY)
    process = await asyncio.create_subprocess_exec(*slow, stdout=DEVNULL)

    async def begun() -> bool:
        rows = await onboarding.query("select queued from operations.replay where epoch > 0 and finished_at is null")
        return any(row["queued"] >= 4 for row in rows)

    await until(begun, deadline_s=60, missing="the replay has not begun")
    process.kill()
    await process.wait()
    done = await koppeling(onboarding, *asked, *WHY)
    assert (done.code, "goes on" in done.out) == (0, True), done.err
    anew = [row for row in await onboarding.query(OF_ENRICHMENT, registrations) if row["id"] not in before]
    assert [row["reason"] for row in anew] == ["STALE_CYCLE"] * 20


async def test_one_that_is_left_goes_on_in_any_notation_and_none_that_overlaps_it_is_begun(
    onboarding: Onboarding,
) -> None:
    since = datetime.now(UTC)
    (me,) = await realised(onboarding, ["forced-in-words"], 60_200)
    before = await onboarding.effects([me])
    whole = ("replay", "topic", "link-realised", "--through", "notifier", "--force")
    confirmed = ("--mails", "--confirm", "1", *WHY)
    assert (await koppeling(onboarding, "pause", "notifier", *WHY)).code == 0
    try:
        words = (*whole, "--since", since.isoformat(), *confirmed)
        process = await asyncio.create_subprocess_exec(*command(onboarding, *words), stdout=DEVNULL, stderr=PIPE)
        await until_queued(onboarding, me)
        process.send_signal(signal.SIGINT)
        await process.communicate()
        for applied in ((), confirmed):
            refused = await koppeling(onboarding, *whole, "--registration", reference(me), *applied)
            assert (refused.code, "`koppeling replay stop" in refused.err) == (1, True), refused.out
    finally:
        assert (await koppeling(onboarding, "resume", "notifier", *WHY)).code == 0
    # Without --mails too: nothing is left of it that could mail anybody.
    done = await koppeling(onboarding, *whole, "--since", since.astimezone(AMSTERDAM).isoformat(), *WHY)
    assert (done.code, "goes on" in done.out) == (0, True), done.err
    after = await onboarding.settled([me], len(before) + 1)
    assert [len(mails) for mails in onboarding.mails(after).values()] == [1] * len(after)
