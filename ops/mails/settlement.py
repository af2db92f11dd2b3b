"""Settles a mail: a human has found out whether an uncertain one was accepted, or gives a failed one up.

- Sent: the row ends as SENT.
- Not sent: the row ends as FAILED, and the same mail is planned in the next epoch, as a row of its own. That is left
  out where another row stands for it already: it was planned anew before, or it was itself planned in place of a mail
  that was accepted after all.

So each row stands for at most one accepted mail; if the human was wrong, the ledger shows that a human caused the
second one. Such a mail is settled once more, as sent. So is a mail that its server first refused, and then delivered.

One that is given up stays FAILED, and is shown and counted no more among those that wait for a human.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum

import click
from pydantic import ValidationError

from ops.actions.action import Change, Deed, record_actions
from ops.actions.applying import NOT_APPLIED
from ops.mails.ledger_mail import SETTLED, LedgerMail, mail_lines
from ops.mails.meant import SeveralMailsError, check_id_named, mails_meant
from ops.mails.planned_anew import changed, check_not_forced, lock_epochs, newer_epoch, plan_anew, planned_before
from ops.mails.taking_back import (
    BEFORE_AS,
    WHICH_IS,
    accepted_before,
    in_place_of,
    left_alone,
    planned_for,
    still_reports,
    take_back,
    what_becomes_of,
    why_not_taken_back,
)
from ops.replay.queue import say_what_holds
from ops.servers.administrator import Database, changing, looking
from ops.terminal.output import say, wrapped
from schemas.flow import NOTIFIER
from services.notifier.ledger import Status
from services.notifier.settings import SenderSettings
from stream.settings import faults_of


class Verdict(StrEnum):
    """What was found out about a mail, or decided."""

    SENT = "sent"
    NOT_SENT = "not-sent"
    GIVEN_UP = "given-up"

    @property
    def deed(self) -> Deed:
        """What it is recorded as."""
        return Deed(f"settle {self}")


def verdict_s() -> float:
    """How long after a body began its sender may still report, by the settings in this environment.

    Raises:
        UsageError: these settings are wrong; it names every fault.
    """
    try:
        return SenderSettings(smtp_host="nowhere", smtp_port=1).verdict_s
    except ValidationError as error:
        raise click.UsageError(faults_of(error)) from None


def why_not(mail: LedgerMail, now: datetime, patience_s: float, verdict: Verdict | None = None) -> str | None:
    """Why this mail cannot be settled now, with this verdict; None when it can."""
    if verdict is Verdict.GIVEN_UP and mail.settled:
        return f"this mail is {mail.reply}: it is counted no more among those that have failed"
    if mail.status is Status.FAILED and verdict in (Verdict.SENT, Verdict.GIVEN_UP):
        return None
    if mail.status is not Status.UNCERTAIN or verdict is Verdict.GIVEN_UP:
        return f"this mail is {mail.status}: only UNCERTAIN ones are settled, and FAILED ones as sent or given-up"
    return still_reports(mail, now, patience_s)


def settlement_lines(
    mail: LedgerMail, verdict: Verdict, now: datetime, other: LedgerMail | None = None
) -> Iterator[str]:
    """What would come of it. `other`: the row that stands for it, or was planned anew in place of one that FAILED."""
    yield from mail_lines([mail], now)
    if verdict is Verdict.SENT and mail.status is Status.FAILED:
        yield from wrapped(
            f"it was accepted after all: the row ends as SENT, and nothing is sent. {what_becomes_of(other)}"
        )
        return
    if other is not None and verdict is Verdict.NOT_SENT:
        yield from wrapped(f"it was not accepted: the row ends as FAILED, and nothing is sent. {_why(mail, other)}")
        return
    sentences = {
        Verdict.SENT: "it was accepted: the row ends as SENT, and nothing is sent",
        Verdict.NOT_SENT: "it was not accepted: the row ends as FAILED, and the same mail is planned anew and sent "
        "within seconds. If it was accepted after all, its recipient has it twice",
        Verdict.GIVEN_UP: "nothing is sent, and it is counted no more among the mails that have failed",
    }
    yield from wrapped(sentences[verdict])


def _why(mail: LedgerMail, stands: LedgerMail) -> str:
    if stands.epoch < mail.epoch:
        return in_place_of(stands)
    return f"The same mail was planned anew before, as {stands.id}, which is {stands.status}"


async def stands_for(database: Database, mail: LedgerMail) -> LedgerMail | None:
    """The row that stands for this mail, so that nothing is to be planned anew; None when there is none."""
    return await accepted_before(database, mail) or await newer_epoch(database, mail)


async def settle(database: Database, mail: LedgerMail, verdict: Verdict, patience_s: float) -> Change:
    """Do it inside a transaction; returns what is to be recorded of it.

    Raises:
        ClickException: the row has changed since it was read; nothing is done.
    """
    await lock_epochs(database, mail)
    if verdict is Verdict.GIVEN_UP and await newer_epoch(database, mail):
        raise changed(mail)
    end, reply = Status.SENT if verdict is Verdict.SENT else Status.FAILED, f"{SETTLED}{verdict}"
    if await database.fetchval(_SETTLE, mail.id, end, reply, patience_s, mail.status, mail.reply) is None:
        raise changed(mail)
    after: dict[str, str] = {"status": end}
    if verdict is Verdict.NOT_SENT:
        after |= await _plan_anew(database, mail.model_copy(update={"status": end, "reply": reply}))
    elif verdict is Verdict.SENT and mail.status is Status.FAILED:
        after |= await take_back(database, mail, patience_s)
    before = mail.model_dump(mode="json", include={"status", "attempts", "reply", "kind", "occasion", "epoch"})
    return Change(NOTIFIER.name, str(mail.id), mail.registration, before, after)


async def _plan_anew(database: Database, mail: LedgerMail) -> dict[str, str]:
    stands = await stands_for(database, mail)
    if stands is not None:
        return {"in place of" if stands.epoch < mail.epoch else BEFORE_AS: str(stands.id)}
    return await plan_anew(database, mail)


async def settle_one(url: str, target: str, verdict: Verdict, why: str | None) -> None:
    """Show what would come of it; do it when there is a reason.

    Raises:
        ClickException: `target` does not mean exactly one mail, or that mail cannot be settled now.
        UsageError: it is to be done, but `target` is no mail's id.
    """
    now, patience_s = datetime.now(UTC), verdict_s()
    async with looking(url) as database:
        mail = await _meant(database, target, Status.FAILED if verdict is Verdict.GIVEN_UP else Status.UNCERTAIN)
        if why is not None:
            check_id_named(target, mail)
        taken_back = verdict is Verdict.SENT and mail.status is Status.FAILED
        other = await (planned_for if taken_back else stands_for)(database, mail)
        click.echo("\n".join(settlement_lines(mail, verdict, now, other)))
        newer = await newer_epoch(database, mail)
        if taken_back and (left := left_alone(other, newer)):
            say(left)
        unknown = why_not_taken_back(other, now, patience_s) if taken_back else None
        moved_on = planned_before(newer) if verdict is Verdict.GIVEN_UP else None
        if refusal := unknown or moved_on or why_not(mail, now, patience_s, verdict):
            raise click.ClickException(refusal)
        if verdict is Verdict.NOT_SENT and other is None:
            await check_not_forced(database, mail)
            await say_what_holds(database, NOTIFIER.name)
    if why is None:
        say(NOT_APPLIED)
        return
    async with changing(url) as database:
        change = await settle(database, mail, verdict, patience_s)
        await record_actions(database, verdict.deed, why, [change])
    click.echo(f"{mail.id} is settled: {verdict}")
    if WHICH_IS in change.after:
        click.echo(f"{change.after[BEFORE_AS]} is {change.after[WHICH_IS]}")


async def _meant(database: Database, target: str, status: Status) -> LedgerMail:
    """The one mail with this status that nobody has settled or, where none has it, the only one."""
    found = await mails_meant(database, target)
    meant = [mail for mail in found if mail.status is status and not mail.settled] or found
    if not meant:
        raise click.ClickException(f"there is no mail for {target!r}: `koppeling mails list` shows all")
    if len(meant) > 1:
        raise SeveralMailsError(target, meant, "settle one by its id")
    return meant[0]


_SETTLE = """
update notifier.effect set status = $2, reply = $3, finished_at = now()
where id = $1 and status = $5 and reply is not distinct from $6
  and ($5 = 'FAILED' or body_started_at is null or body_started_at <= now() - make_interval(secs => $4))
returning id
"""
