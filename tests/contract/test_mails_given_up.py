"""A failed mail is shown until somebody is done with it, such as one sent again although the first was accepted."""

import json
from typing import Any
from uuid import UUID

import click
import pytest
from mail_rows import MAIL, PAYLOAD, PLAN, REGISTRATION, Mails, ids_and_statuses

from ops.mails.ledger_mail import mails_of
from ops.mails.resending import plan_again
from ops.mails.settlement import Verdict, settle

WHY = ("--apply", "--reason", "told by telephone")
FAILS = "update notifier.effect set status = 'FAILED', reply = 'RCPT 552', finished_at = now() where epoch = 1"
DEED = "select before, after from operations.action where what = 'settle given-up' and target = $1"


async def failed_ones(mails: Mails) -> list[UUID]:
    listed = await mails("list", "--status", "failed", "--json")
    return [UUID(mail["id"]) for mail in json.loads(listed.stdout)]


async def sent_again_in_vain(ledger: Any, mails: Mails) -> UUID:
    """A mail that was accepted and sent again, and is refused this time: the second row's id."""
    await ledger.execute(PLAN, MAIL, REGISTRATION, PAYLOAD, "SENT")
    await mails("resend", MAIL, *WHY)
    await ledger.execute(FAILS)
    return UUID(str(await ledger.fetchval("select id from notifier.effect where epoch = 1")))


async def test_a_failed_mail_is_listed_until_somebody_gives_it_up_and_can_still_be_sent_again(
    ledger: Any, mails: Mails
) -> None:
    failed = await sent_again_in_vain(ledger, mails)
    assert await failed_ones(mails) == [failed]
    plan = await mails("settle", failed, "given-up")
    assert (plan.exit_code, "nothing is sent" in plan.stdout) == (0, True), plan.output
    assert await failed_ones(mails) == [failed]
    done = await mails("settle", failed, "given-up", *WHY)
    assert f"{failed} is settled: given-up" in done.stdout, done.output
    assert await failed_ones(mails) == []
    assert (await mails("resend-all", "RCPT 552")).stdout.startswith("no mail failed so")
    (deed,) = await ledger.fetch(DEED, str(failed))
    assert (json.loads(deed["before"])["reply"], json.loads(deed["after"])) == ("RCPT 552", {"status": "FAILED"})
    assert await ids_and_statuses(ledger) == [(MAIL, "SENT"), (failed, "FAILED")]

    again = await mails("resend", failed, *WHY)
    assert "is planned anew as" in again.stdout, again.output


async def test_a_failed_mail_that_was_planned_anew_is_not_given_up(ledger: Any, mails: Mails) -> None:
    failed = await sent_again_in_vain(ledger, mails)
    await mails("resend", failed, *WHY)
    refused = await mails("settle", failed, "given-up", *WHY)
    assert (refused.exit_code, "was planned anew before, as" in refused.stderr) == (1, True), refused.output
    assert await ledger.fetchval("select reply from notifier.effect where id = $1", failed) == "RCPT 552"


async def test_of_two_who_give_a_mail_up_and_send_it_again_at_once_the_later_one_changes_nothing(
    ledger: Any, mails: Mails
) -> None:
    failed = await sent_again_in_vain(ledger, mails)
    (seen,) = await mails_of(ledger, mail=failed)
    await mails("settle", failed, "given-up", *WHY)
    with pytest.raises(click.ClickException, match="has changed since you looked"):
        await plan_again(ledger, seen, None)
    with pytest.raises(click.ClickException, match="has changed since you looked"):
        await settle(ledger, seen, Verdict.GIVEN_UP, 60)
    await mails("resend", failed, *WHY)
    before = await ledger.fetch("select * from notifier.effect order by epoch")
    with pytest.raises(click.ClickException, match="has changed since you looked"):
        await settle(ledger, seen, Verdict.GIVEN_UP, 60)
    assert await ledger.fetch("select * from notifier.effect order by epoch") == before


async def test_a_registration_stands_for_its_only_failed_mail(ledger: Any, mails: Mails) -> None:
    await ledger.execute(PLAN, MAIL, REGISTRATION, PAYLOAD, "UNCERTAIN")
    await mails("settle", MAIL, "not-sent", *WHY)
    failed = await ledger.fetchval(f"{FAILS} returning id")
    plan = await mails("settle", REGISTRATION, "given-up")
    assert (plan.exit_code, str(failed) in plan.stdout) == (0, True), plan.output
