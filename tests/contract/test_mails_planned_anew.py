import json
import re
from typing import Any
from uuid import UUID

import asyncpg
import click
import pytest
from mail_rows import FAILED, KAS, MAIL, PAYLOAD, PLAN, REGISTRATION, Mails, ids_and_statuses

from ops.actions.action import record_actions
from ops.mails.ledger_mail import mails_of
from ops.mails.resending import resend
from ops.mails.settlement import Verdict, settle
from ops.replay.replays import _NEXT_EPOCH
from ops.servers.administrator import connected
from ops.story.reading import told
from ops.story.remembered import Remembered
from payroll.address_key import address_key
from sandbox.running import RunningSandbox
from services.notifier.documents import Correspondence
from stream.document import Document
from stream.postgres_pause import pause

BEFORE, FORCED = UUID(int=8), UUID(int=9)
BECOMES = "update notifier.effect set status = '{}', reply = '{}', finished_at = now() where epoch = 1 returning id"
WHY = ("--apply", "--reason", "as the log says")
BAAS = "baas@korst.example"
QUEUED = """
insert into notifier.redelivery (id, lane, key, kind, due_at, attempt, blocks, topic, partition, log_offset,
  headers, value, hash, reason, first_at, epoch)
values ($1, 3, $2, $3, now(), 0, false, 'link-realised', 3, 7, '[]', '', '', 'REPLAY', now(), 2)
"""
STATE = "insert into notifier.state (kind, key, lane, revision, document) values ('correspondence', $1, 3, 1, $2)"


async def planned_anew(
    ledger: Any, *, known: Document | None, code_for: dict[str, Any] | None, to: str | None = None
) -> dict[str, Any]:
    """What the mail is in its next epoch: resent, or settled as not sent when nobody names an address."""
    payload = {"email": KAS, "code_for": code_for}
    status = "SENT" if to else "UNCERTAIN"
    await ledger.execute(PLAN, MAIL, REGISTRATION, json.dumps(payload), status)
    if known is not None:
        await ledger.execute(STATE, REGISTRATION, known.to_json())
    (mail,) = await mails_of(ledger, mail=MAIL)
    if to:
        await resend(ledger, mail, to, "a slip")
    else:
        await settle(ledger, mail, Verdict.NOT_SENT, 60)
    found = await ledger.fetchval("select payload from notifier.effect where epoch = 1 and status = 'PLANNED'")
    return dict(json.loads(found))


def knows(cycle: int, applicant: str) -> Correspondence:
    return Correspondence(cycle=cycle, applicant=address_key(applicant))


@pytest.mark.parametrize(
    ("known", "to", "cycle", "newest"),
    [
        (None, None, 2, 0),
        (None, BAAS, 2, 0),
        (knows(3, "Kas@Korst.example"), None, 3, 3),
        (knows(3, BAAS), "BAAS@korst.example", 3, 3),
        (knows(3, BAAS), None, 2, 3),
        (knows(3, KAS), BAAS, 2, 3),
        (Correspondence(cycle=3), None, 2, 0),
        (knows(1, KAS), None, 2, 1),
    ],
)
async def test_a_mail_that_is_planned_anew_brings_the_code_that_counts_to_nobody_but_the_applicant(
    ledger: Any, known: Correspondence | None, to: str | None, cycle: int, newest: int
) -> None:
    code_for = {"registration": REGISTRATION, "cycle": 2}
    anew = await planned_anew(ledger, known=known, code_for=code_for, to=to)
    assert anew == {"email": to or KAS, "code_for": code_for | {"cycle": cycle, "newest": newest}}


async def test_a_mail_without_a_code_gets_none(ledger: Any) -> None:
    anew = await planned_anew(ledger, known=knows(3, KAS), code_for=None)
    assert anew == {"email": KAS, "code_for": None}


async def test_a_mail_that_was_planned_anew_before_is_settled_as_not_sent_and_mails_nobody(
    ledger: Any, mails: Mails
) -> None:
    await ledger.execute(PLAN, BEFORE, REGISTRATION, PAYLOAD, "SENT")
    (mail,) = await mails_of(ledger, mail=BEFORE)
    anew = await resend(ledger, mail, None, "they have lost it")
    await ledger.execute("update notifier.effect set status = 'UNCERTAIN' where id = $1", BEFORE)

    plan = await mails("settle", BEFORE, "not-sent")
    assert (plan.exit_code, "nothing is sent" in plan.stdout, anew in plan.stdout) == (0, True, True), plan.stderr
    done = await mails("settle", BEFORE, "not-sent", *WHY)
    assert "is settled: not-sent" in done.stdout, done.stderr
    assert await ids_and_statuses(ledger) == [(BEFORE, "FAILED"), (UUID(anew), "PLANNED")]
    after = await ledger.fetchval(
        "select after from operations.action where target = $1 and what like 'settle%'", str(BEFORE)
    )
    assert json.loads(after) == {"status": "FAILED", "planned anew before, as": anew}

    refused = await mails("resend", BEFORE)
    assert (refused.exit_code, f"as {anew}, which is PLANNED" in refused.stderr) == (1, True)


@pytest.mark.parametrize(("by_then", "left"), [("PLANNED", 0), ("CLAIMED", 0), ("BODY_STARTED", 1), ("SENT", 1)])
async def test_a_mail_that_was_settled_as_not_sent_by_mistake_is_settled_as_sent_and_no_second_goes_out(
    ledger: Any, mails: Mails, by_then: str, left: int
) -> None:
    await ledger.execute(PLAN, MAIL, REGISTRATION, PAYLOAD, "UNCERTAIN")
    why = ["--apply", "--reason", f"as the log says ({by_then})"]
    await mails("settle", MAIL, "not-sent", *why)
    anew = await ledger.fetchval("update notifier.effect set status = $1 where epoch = 1 returning id", by_then)

    plan = await mails("settle", MAIL, "sent")
    assert (plan.exit_code, f"as {anew}, which is {by_then}" in " ".join(plan.stdout.split())) == (0, True), plan.output
    done = await mails("settle", MAIL, "sent", *why)
    fate = by_then if left else "taken out"
    assert f"{MAIL} is settled: sent\n{anew} is {fate}\n" in done.stdout, done.output
    assert await ids_and_statuses(ledger) == [(MAIL, "SENT"), (anew, by_then)][: 1 + left]
    after = await ledger.fetchval(
        "select after from operations.action where what = 'settle sent' and why = $1 order by at desc limit 1", why[2]
    )
    assert json.loads(after) == {"status": "SENT", "planned anew before, as": str(anew), "which is": fate}
    again = await mails("settle", MAIL, "sent", *why)
    assert (again.exit_code, "this mail is SENT" in again.stderr) == (1, True)


async def planned_twice(mails: Mails, ledger: Any, then: str, *again: str) -> list[UUID]:
    """A mail settled as not sent, and once more what was planned for it, after it got there: all three rows' ids."""
    await ledger.execute(PLAN, MAIL, REGISTRATION, PAYLOAD, "UNCERTAIN")
    await mails("settle", MAIL, "not-sent", *WHY)
    anew = await ledger.fetchval(then)
    done = await mails(*[word.format(anew) for word in again], *WHY)
    assert done.exit_code == 0, done.output
    return [id_ for id_, _ in await ids_and_statuses(ledger)]


@pytest.mark.parametrize(
    ("then", "again"),
    [
        (BECOMES.format("UNCERTAIN", ""), ["settle", "{}", "not-sent"]),
        (BECOMES.format("FAILED", "RCPT 554"), ["resend-all", "RCPT 554", "--confirm", "1"]),
    ],
)
async def test_a_mail_that_was_accepted_after_all_goes_out_no_more_however_often_it_was_planned_anew(
    ledger: Any, mails: Mails, then: str, again: list[str]
) -> None:
    _, second, third = await planned_twice(mails, ledger, then, *again)
    plan = await mails("settle", MAIL, "sent")
    said = " ".join(plan.stdout.split())
    assert f"as {third}, which is PLANNED: that row is taken out" in said, plan.output
    assert "left alone" not in said
    done = await mails("settle", MAIL, "sent", *WHY)
    assert f"{third} is taken out" in done.stdout, done.output
    assert await ids_and_statuses(ledger) == [(MAIL, "SENT"), (second, "FAILED")]


async def test_what_was_planned_in_place_of_a_mail_that_was_accepted_after_all_plans_nothing_when_it_was_not_sent(
    ledger: Any, mails: Mails
) -> None:
    first, second = await planned_twice(mails, ledger, BECOMES.format("UNCERTAIN", ""), "settle", str(MAIL), "sent")
    plan = await mails("settle", second, "not-sent")
    said = " ".join(plan.stdout.split())
    assert f"nothing is sent. It was planned in place of {first}, which was accepted after all" in said, plan.output
    done = await mails("settle", second, "not-sent", *WHY)
    assert f"{second} is settled: not-sent" in done.stdout, done.output
    all_of_them = await mails("resend-all", "settled", "--confirm", "1", *WHY)
    assert all_of_them.stdout.startswith("no mail failed so"), all_of_them.output
    alone = await mails("resend", second)
    said = " ".join(alone.stdout.split())
    assert f"in place of {first}, which was accepted after all: its recipient has that one" in said, alone.output
    assert await ids_and_statuses(ledger) == [(first, "SENT"), (second, "FAILED")]


@pytest.mark.parametrize("later", [Verdict.SENT, Verdict.NOT_SENT])
async def test_of_two_who_settle_a_mail_and_what_was_planned_for_it_at_once_the_later_one_knows_of_the_other(
    sandbox: RunningSandbox, ledger: Any, mails: Mails, later: Verdict
) -> None:
    await ledger.execute(PLAN, MAIL, REGISTRATION, PAYLOAD, "UNCERTAIN")
    await mails("settle", MAIL, "not-sent", *WHY)
    anew = await ledger.fetchval(BECOMES.format("UNCERTAIN", ""))
    seen = {
        Verdict.SENT: (await mails_of(ledger, mail=MAIL))[0],
        Verdict.NOT_SENT: (await mails_of(ledger, mail=anew))[0],
    }
    (earlier,) = seen.keys() - {later}
    async with connected(sandbox.endpoints().postgres.url) as other:
        await other.execute("set lock_timeout = '100ms'")
        async with ledger.transaction():
            change = await settle(ledger, seen[earlier], earlier, 60)
            await record_actions(ledger, earlier.deed, "as the log says", [change])
            with pytest.raises(asyncpg.LockNotAvailableError):
                async with other.transaction():
                    await settle(other, seen[later], later, 60)
        await settle(other, seen[later], later, 60)
    assert await ids_and_statuses(ledger) == [(MAIL, "SENT"), (anew, "FAILED")]


async def test_what_was_planned_anew_and_taken_out_lends_its_id_to_no_mail_that_is_forced(
    ledger: Any, mails: Mails
) -> None:
    higher = 1 + await ledger.fetchval(_NEXT_EPOCH)
    await ledger.execute(PLAN, MAIL, REGISTRATION, PAYLOAD, "UNCERTAIN")
    await ledger.execute("update notifier.effect set epoch = $1", higher)
    for verdict in ("not-sent", "sent"):
        await mails("settle", MAIL, verdict, *WHY)
    (left,) = await ledger.fetch("select id, status from notifier.effect")
    assert (*left, await ledger.fetchval(_NEXT_EPOCH)) == (MAIL, "SENT", higher + 2)


@pytest.mark.parametrize(
    ("status", "again"), [("SENT", ["resend", "{}"]), ("FAILED", ["resend", "{}", "--to", "baas@korst.example"])]
)
async def test_a_mail_that_is_wanted_whatever_became_of_the_first_one_goes_out_and_is_planned_anew_where_it_did_not(
    ledger: Any, mails: Mails, status: str, again: list[str]
) -> None:
    _, second, third = await planned_twice(mails, ledger, BECOMES.format(status, ""), *again)
    plan = await mails("settle", MAIL, "sent")
    assert f"{third}, which is PLANNED, was asked for" in " ".join(plan.stdout.split()), plan.output
    await mails("settle", MAIL, "sent", *WHY)
    assert await ids_and_statuses(ledger) == [(MAIL, "SENT"), (second, status), (third, "PLANNED")]

    await ledger.execute("update notifier.effect set status = 'UNCERTAIN' where id = $1", third)
    await mails("settle", third, "not-sent", *WHY)
    rows = await ledger.fetch("select status from notifier.effect order by epoch")
    assert [row["status"] for row in rows] == ["SENT", status, "FAILED", "PLANNED"]


async def test_while_the_sender_of_what_was_planned_anew_may_say_that_it_was_not_accepted_nothing_is_settled(
    ledger: Any, mails: Mails
) -> None:
    await ledger.execute(PLAN, MAIL, REGISTRATION, PAYLOAD, "UNCERTAIN")
    await mails("settle", MAIL, "not-sent", *WHY)
    (seen,) = await mails_of(ledger, mail=MAIL)
    begun = "update notifier.effect set status = 'BODY_STARTED', body_started_at = now() where epoch = 1"
    await ledger.execute(begun)
    refused = await mails("settle", MAIL, "sent", *WHY)
    assert (refused.exit_code, "its sender may still report: settle it after" in refused.stderr) == (1, True)
    # Begun since it was looked at: refused as well.
    with pytest.raises(click.ClickException, match="may still report"):
        async with ledger.transaction():
            await settle(ledger, seen, Verdict.SENT, 70)
    rows = await ledger.fetch("select status from notifier.effect order by epoch")
    assert [row["status"] for row in rows] == ["FAILED", "BODY_STARTED"]


async def test_a_mail_that_was_refused_and_delivered_all_the_same_is_settled_as_sent_and_goes_out_no_more(
    ledger: Any, mails: Mails
) -> None:
    await ledger.execute(FAILED, REGISTRATION, 0, "BODY 554", 0)
    await ledger.execute("update notifier.effect set body_started_at = now()")
    (mail,) = await mails_of(ledger, registration=REGISTRATION)
    anew = await resend(ledger, mail, None, "no word of it yet")
    settled = await mails("settle", mail.id, "sent", *WHY)
    assert f"{anew} is taken out" in settled.stdout, settled.output
    rows = await ledger.fetch("select id, status, reply from notifier.effect")
    assert [tuple(row) for row in rows] == [(mail.id, "SENT", "settled: sent")]


async def test_a_mail_that_was_refused_and_delivered_before_anybody_sent_it_again_is_settled_as_sent(
    ledger: Any, mails: Mails
) -> None:
    await ledger.execute(FAILED, REGISTRATION, 0, "BODY 554", 1)
    failed = await ledger.fetchval("select id from notifier.effect")
    settled = await mails("settle", failed, "sent", *WHY)
    assert (settled.exit_code, "left alone" in settled.stdout) == (0, False), settled.output
    assert await ids_and_statuses(ledger) == [(failed, "SENT")]


@pytest.mark.parametrize("status", ["UNCERTAIN", "FAILED"])
async def test_a_mail_that_a_forced_replay_sent_in_a_later_epoch_is_not_planned_once_more(
    ledger: Any, mails: Mails, status: str
) -> None:
    await ledger.execute(PLAN, FORCED, REGISTRATION, "{}", "SENT")
    await ledger.execute("update notifier.effect set epoch = 2")
    await ledger.execute(PLAN, BEFORE, REGISTRATION, "{}", status)
    typed = ["resend", BEFORE] if status == "FAILED" else ["settle", BEFORE, "not-sent"]

    plan = await mails(*typed)
    assert f"as {FORCED}, which is SENT" in " ".join(plan.output.split())
    await mails(*typed, *WHY)
    rows = await ledger.fetch("select epoch, status from notifier.effect order by epoch")
    assert [tuple(row) for row in rows] == [(0, "FAILED"), (2, "SENT")]


@pytest.mark.parametrize(
    ("row", "status", "words"),
    [
        ("replay", "SENT", ["resend", MAIL]),
        ("parked", "SENT", ["resend", MAIL]),
        ("replay", "FAILED", ["resend-all", "RCPT", "--confirm", "1"]),
        ("replay", "UNCERTAIN", ["settle", MAIL, "not-sent"]),
        ("replay", "UNCERTAIN", ["settle-all", "/dev/null", "--none-accepted", "--confirm", "1"]),
    ],
)
async def test_a_mail_that_a_forced_replay_may_yet_plan_is_not_planned_beside_it(
    ledger: Any, mails: Mails, row: str, status: str, words: list[object]
) -> None:
    await ledger.execute(PLAN, MAIL, REGISTRATION, PAYLOAD, status)
    await ledger.execute("update notifier.effect set reply = 'RCPT 554', finished_at = now()")
    await ledger.execute(QUEUED, FORCED, REGISTRATION, row)
    for applied in (WHY[:0], WHY):
        refused = await mails(*words, *applied)
        assert (refused.exit_code, "may send this mail itself" in refused.stderr) == (1, True), refused.output
    await ledger.execute("update notifier.redelivery set handled = true")
    done = await mails(*words, *WHY)
    assert done.exit_code == 0, done.output
    rows = await ledger.fetch("select epoch from notifier.effect order by epoch")
    assert [row["epoch"] for row in rows] == [0, 1]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("SENT", ["resend", MAIL]),
        ("UNCERTAIN", ["settle", MAIL, "not-sent"]),
        ("UNCERTAIN", ["settle-all", "/dev/null", "--none-accepted"]),
        ("FAILED", ["resend-all", "RCPT"]),
    ],
)
async def test_while_the_notifier_is_paused_every_plan_of_a_mail_says_that_it_waits(
    ledger: Any, mails: Mails, status: str, words: list[object]
) -> None:
    await ledger.execute(PLAN, MAIL, REGISTRATION, "{}", status)
    await ledger.execute("update notifier.effect set reply = 'RCPT 554', finished_at = now()")
    free = await mails(*words)
    async with ledger.transaction():
        await pause(ledger, "notifier", "the mail server moves")
    held = await mails(*words)
    waits = "the mail server moves: what is brought waits until it goes on"
    assert [waits in " ".join(one.stdout.split()) for one in (free, held)] == [False, True], held.output
    assert (free.exit_code, held.exit_code) == (0, 0)


async def test_a_mail_resent_to_another_address_is_known_to_be_and_of_no_address_more_than_the_domain_is_told(
    ledger: Any, mails: Mails
) -> None:
    payload = json.dumps({"email": KAS.title(), "code_for": None})
    await ledger.execute(PLAN, MAIL, REGISTRATION, payload, "SENT")
    for epoch, to in enumerate([KAS, "baas@elders.example"]):
        (mail,) = [one for one in await mails_of(ledger, registration=REGISTRATION) if one.epoch == epoch]
        await resend(ledger, mail, to, "told by telephone")
        await ledger.execute("update notifier.effect set status = 'SENT'")
    (known,) = await told(ledger, [Remembered(REGISTRATION)])
    assert [one.elsewhere for one in known.mails] == [False, False, True]
    listed = await mails("list", "--json")
    assert [one["domain"].lower() for one in json.loads(listed.stdout)] == [
        "elders.example",
        "korst.example",
        "korst.example",
    ]
    lines = await mails("list")
    said = " ".join(lines.stdout.split())
    assert (said.count("to another address at elders.example"), said.count("to the applicant at")) == (1, 2)
    assert not {"kas", "baas", "@"} & set(re.findall("kas|baas|@", (listed.stdout + lines.stdout).lower()))
