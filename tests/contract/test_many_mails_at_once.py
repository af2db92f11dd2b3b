from asyncio import create_task
from datetime import UTC, datetime, timedelta
from os import utime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click import ClickException
from mail_rows import FAILED, MAIL, PAYLOAD, PLAN, REGISTRATION, Mails

from ops.mails.ledger_mail import ledger_mails, mails_of
from ops.mails.settlement import Verdict, settle
from ops.mails.settling_all import MailLog, settle_uncertain
from sandbox.running import RunningSandbox
from sandbox.waiting import until
from services.notifier.ledger import Status

WAITS = "select exists (select from pg_locks where not granted)"


async def test_the_plan_to_settle_all_names_what_does_it_and_is_no_wider_than_the_terminal(
    sandbox: RunningSandbox, ledger: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    await ledger.execute(PLAN, MAIL, REGISTRATION, "{}", "UNCERTAIN")
    for accepted, confirmed in [({MAIL}, "--confirm-sent 1"), (set[UUID](), "--confirm 1")]:
        log = MailLog(frozenset(accepted), frozenset({MAIL} - accepted))
        await settle_uncertain(sandbox.endpoints().postgres.url, log, (None, None), None)
        plan = capsys.readouterr().out
        assert f"do it with {confirmed} --apply --reason TEXT" in " ".join(plan.split())
        assert max(map(len, plan.splitlines())) <= 40


async def test_all_mails_are_settled_in_the_order_in_which_others_lock_them(
    sandbox: RunningSandbox, ledger: Any
) -> None:
    for number in (4, 1, 3, 2):
        await ledger.execute(PLAN, UUID(int=number), str(number), PAYLOAD, "UNCERTAIN")
    log = MailLog(frozenset({UUID(int=4), UUID(int=2)}), frozenset())
    await settle_uncertain(sandbox.endpoints().postgres.url, log, (2, 2), "by the log")
    rows = await ledger.fetch("select id, status from notifier.effect where epoch = 0 order by cmin::text::int")
    assert [(row["id"].int, row["status"]) for row in rows] == [(1, "FAILED"), (2, "SENT"), (3, "FAILED"), (4, "SENT")]


async def test_a_mail_that_was_accepted_after_all_takes_out_what_was_planned_for_it_and_for_no_other(
    sandbox: RunningSandbox, ledger: Any
) -> None:
    nothing = MailLog(frozenset(), frozenset())
    for number in (1, 2):
        await ledger.execute(PLAN, UUID(int=number), str(number), PAYLOAD, "UNCERTAIN")
        url = sandbox.endpoints().postgres.url
        await settle_uncertain(url, nothing, (1, None), "the server says so", none_accepted=True)
    (first,) = await mails_of(ledger, mail=UUID(int=1))
    async with ledger.transaction():
        await settle(ledger, first, Verdict.SENT, 60)
    rows = await ledger.fetch("select subject, epoch, status from notifier.effect order by subject, epoch")
    assert [tuple(row) for row in rows] == [("1", 0, "SENT"), ("2", 0, "FAILED"), ("2", 1, "PLANNED")]


async def test_a_mail_begun_a_moment_ago_by_the_clock_of_postgres_is_not_settled_whatever_an_operator_s_clock_says(
    ledger: Any,
) -> None:
    await ledger.execute(PLAN, MAIL, REGISTRATION, PAYLOAD, "UNCERTAIN")
    await ledger.execute("update notifier.effect set body_started_at = now()")
    (mail,) = await mails_of(ledger, mail=MAIL)
    with pytest.raises(ClickException, match=str(MAIL)):
        await settle(ledger, mail, Verdict.NOT_SENT, 60)
    assert await ledger.fetchval("select string_agg(status, ' ') from notifier.effect") == "UNCERTAIN"


async def test_a_log_that_names_no_mail_of_ours_settles_none_unless_that_is_said_to_be_right(
    ledger: Any, mails: Mails, tmp_path: Path
) -> None:
    await ledger.execute(PLAN, MAIL, REGISTRATION, PAYLOAD, "UNCERTAIN")
    log = tmp_path / "mail.log"
    log.write_text(f"message-id=<{UUID(int=1)}@elsewhere.example>\n")
    typed = ["settle-all", log, "--confirm", "1", "--apply", "--reason", "by the log"]
    refused = await mails(*typed)
    assert (refused.exit_code, "no mail of ours is named" in refused.stderr) == (1, True), refused.output
    assert await ledger.fetchval("select status from notifier.effect") == "UNCERTAIN"
    done = await mails(*typed, "--none-accepted")
    assert "1 as not sent" in done.stdout, done.output


async def test_a_log_that_ended_before_a_mail_was_begun_settles_it_not_as_not_sent(
    ledger: Any, mails: Mails, tmp_path: Path
) -> None:
    for mail in (MAIL, UUID(int=1)):
        await ledger.execute(PLAN, mail, str(mail), PAYLOAD, "UNCERTAIN")
    log = tmp_path / "mail.log"
    log.write_text(f"message-id=<{UUID(int=1)}@korst.example>\n")
    before = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    utime(log, (before, before))
    typed = ["settle-all", log, "--confirm-sent", "1", "--apply", "--reason", "by the log"]
    done = await mails(*typed)
    assert "1 are settled as sent, 0 as not sent" in done.stdout, done.output
    rows = await ledger.fetch("select id, status from notifier.effect order by id")
    assert [tuple(row) for row in rows] == [(UUID(int=1), "SENT"), (MAIL, "UNCERTAIN")]


async def test_all_mails_that_failed_with_a_reply_are_planned_anew_by_one_command(ledger: Any, mails: Mails) -> None:
    failed = [("a", 0, "RCPT 554", 9), ("b", 0, "RCPT 554 5.7.1", 1), ("c", 0, "RCPT 550", 1), ("d", 0, "RCPT 554", 1)]
    for subject, epoch, reply, hours in [*failed, ("d", 3, "BODY 554", 1)]:
        await ledger.execute(FAILED, subject, epoch, reply, hours)
    since = (datetime.now(UTC) - timedelta(hours=5)).isoformat()

    typed = ["resend-all", "RCPT 554"]
    plan = await mails(*typed)
    assert (plan.exit_code, plan.stdout.startswith("2 mails failed so")) == (0, True), plan.output
    recent = [*typed, "--since", since]
    refused = await mails(*recent, "--confirm", "2", "--apply", "--reason", "it lets us through")
    assert (refused.exit_code, "also type --confirm 1" in refused.stderr) == (1, True)
    done = await mails(*recent, "--confirm", "1", "--apply", "--reason", "it lets us through")
    assert "planned anew: 1 mail" in done.stdout, done.output
    anew = await ledger.fetch("select subject, epoch from notifier.effect where status = 'PLANNED'")
    assert [tuple(row) for row in anew] == [("b", 1)]
    again = await mails(*recent)
    assert again.stdout.startswith("no mail failed so"), again.output
    recorded = await ledger.fetchval(
        "select count(*) from operations.action where registration = 'b' and what = 'resend'"
    )
    assert recorded == 1


async def test_a_mail_that_is_settled_as_sent_while_all_are_sent_again_keeps_what_was_planned_for_it_from_going_out(
    ledger: Any, mails: Mails
) -> None:
    await ledger.execute(PLAN, MAIL, REGISTRATION, PAYLOAD, "UNCERTAIN")
    await mails("settle", MAIL, "not-sent", "--apply", "--reason", "by the log")
    await ledger.execute("update notifier.effect set status = 'FAILED', reply = 'RCPT 554' where epoch = 1")
    await ledger.execute(FAILED, "another", 0, "RCPT 554", 1)
    typed = ["resend-all", "RCPT 554", "--confirm", "2", "--apply", "--reason", "it lets us through"]

    async def waits() -> bool:
        return bool(await ledger.fetchval(WAITS))

    (mail,) = await mails_of(ledger, mail=MAIL)
    async with ledger.transaction():
        await settle(ledger, mail, Verdict.SENT, 60)
        resending = create_task(mails(*typed))
        await until(waits, deadline_s=30, missing="nobody waits for the mail's first row")
    refused = await resending
    assert (refused.exit_code, "has been settled as sent: nothing was changed" in refused.stderr) == (1, True), (
        refused.output
    )
    assert await ledger.fetchval("select max(epoch) from notifier.effect") == 1


async def test_a_list_of_failed_mails_leaves_out_what_was_planned_anew_since(
    sandbox: RunningSandbox, ledger: Any
) -> None:
    for subject, epoch in [("a", 0), ("b", 0), ("b", 1)]:
        await ledger.execute(FAILED, subject, epoch, "RCPT 554", 1)
    url = sandbox.endpoints().postgres.url
    failed = await ledger_mails(url, limit=9, status=Status.FAILED)
    assert {(mail.registration, mail.epoch) for mail in failed} == {("a", 0), ("b", 1)}
    assert len(await ledger_mails(url, limit=9, status=None)) == 3


async def test_a_mail_that_is_planned_again_has_waited_since_it_was_planned_first(ledger: Any) -> None:
    await ledger.execute(PLAN, MAIL, REGISTRATION, "{}", "PLANNED")
    await ledger.execute("update notifier.effect set planned_at = now() - interval '2 hours', claimed_at = now()")
    (mail,) = await mails_of(ledger, mail=MAIL)
    assert mail.since == mail.planned_at
