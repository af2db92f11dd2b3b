"""A failed mail is shown until somebody is done with it, such as one sent again although the first was accepted."""

import json
from asyncio import to_thread
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from mail_rows import KAS, MAIL, PLAN, REGISTRATION

from ops.cli import main
from sandbox.running import RunningSandbox
from stream.environment import ADMIN_VARIABLE

WHY = ("--apply", "--reason", "told by telephone")
FAILS = "update notifier.effect set status = 'FAILED', reply = 'RCPT 552', finished_at = now() where epoch = 1"


class Operator:
    """Types commands about mails."""

    def __init__(self, url: str) -> None:
        self._cli = CliRunner(env={ADMIN_VARIABLE: url})

    async def types(self, *words: str) -> Result:
        return await to_thread(self._cli.invoke, main, ["mails", *words])

    async def sees_failed(self) -> list[UUID]:
        listed = await self.types("list", "--status", "failed", "--json")
        return [UUID(mail["id"]) for mail in json.loads(listed.stdout)]


@pytest.fixture
def operator(sandbox: RunningSandbox) -> Operator:
    return Operator(sandbox.endpoints().postgres.url)


async def sent_again_in_vain(ledger: Any, operator: Operator) -> UUID:
    """A mail that was accepted and sent again, and is refused this time: the second row's id."""
    await ledger.execute(PLAN, MAIL, REGISTRATION, json.dumps({"email": KAS, "code_for": None}), "SENT")
    await operator.types("resend", str(MAIL), *WHY)
    await ledger.execute(FAILS)
    return UUID(str(await ledger.fetchval("select id from notifier.effect where epoch = 1")))


async def test_a_failed_mail_is_listed_until_somebody_gives_it_up_and_can_still_be_sent_again(
    ledger: Any, operator: Operator
) -> None:
    failed = await sent_again_in_vain(ledger, operator)
    assert await operator.sees_failed() == [failed]
    plan = await operator.types("settle", str(failed), "given-up")
    assert (plan.exit_code, "nothing is sent" in plan.stdout) == (0, True), plan.output
    assert await operator.sees_failed() == [failed]
    done = await operator.types("settle", str(failed), "given-up", *WHY)
    assert f"{failed} is settled: given-up" in done.stdout, done.output
    assert await operator.sees_failed() == []
    assert (await operator.types("resend-all", "RCPT 552")).stdout.startswith("no mail failed so")
    (deed,) = await ledger.fetch("select before, after from operations.action where what = 'settle given-up'")
    assert (json.loads(deed["before"])["reply"], json.loads(deed["after"])) == ("RCPT 552", {"status": "FAILED"})
    rows = await ledger.fetch("select id, status from notifier.effect order by epoch")
    assert [tuple(row) for row in rows] == [(MAIL, "SENT"), (failed, "FAILED")]

    again = await operator.types("resend", str(failed), *WHY)
    assert "is planned anew as" in again.stdout, again.output


async def test_a_failed_mail_that_was_planned_anew_is_not_given_up(ledger: Any, operator: Operator) -> None:
    failed = await sent_again_in_vain(ledger, operator)
    await operator.types("resend", str(failed), *WHY)
    refused = await operator.types("settle", str(failed), "given-up", *WHY)
    assert (refused.exit_code, "was planned anew before, as" in refused.stderr) == (1, True), refused.output
    assert await ledger.fetchval("select reply from notifier.effect where id = $1", failed) == "RCPT 552"


async def test_a_registration_stands_for_its_only_failed_mail(ledger: Any, operator: Operator) -> None:
    failed = await sent_again_in_vain(ledger, operator)
    plan = await operator.types("settle", REGISTRATION, "given-up")
    assert (plan.exit_code, str(failed) in plan.stdout) == (0, True), plan.output
