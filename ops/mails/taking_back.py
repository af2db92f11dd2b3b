"""Corrects a mail that ended as FAILED and was accepted after all: it was settled wrongly, or refused and delivered.

Its row ends as SENT. If a mail was planned anew in its place and has not gone out yet, that row is taken out of the
ledger. (Ending it as FAILED would invite operators to send it again; what they did stays on record.)

If that mail was not sent either, and one was planned anew in its place in turn, that one is taken out, and so on. Mails
that were wanted whatever became of the first are left alone: one that was sent again although the first was SENT, one
to another address, and one of a forced replay.
"""

from datetime import UTC, datetime, timedelta

import click

from ops.mails.ledger_mail import LedgerMail, mails_of
from ops.servers.administrator import Database
from ops.terminal.age import moment
from services.notifier.ledger import FORGOTTEN as NOT_BEGUN
from services.notifier.ledger import Status

BEFORE_AS, WHICH_IS = "planned anew before, as", "which is"
"""The names under which the operators' record has the id of a row that was planned anew, and what became of it."""


def still_reports(mail: LedgerMail, now: datetime, patience_s: float) -> str | None:
    """A sentence on until when the mail's sender may still report; None when it no longer can."""
    begun = mail.body_started_at
    if begun is not None and now < (until := begun + timedelta(seconds=patience_s)):
        return f"its body began at {moment(begun)}, and its sender may still report: settle it after {moment(until)}"
    return None


async def planned_for(database: Database, mail: LedgerMail) -> LedgerMail | None:
    """The last mail that was planned anew in this one's place; None when none was, or it was taken out."""
    anew = await database.fetchval(_PLANNED_FOR, str(mail.id))
    return (await mails_of(database, mail=anew))[0] if anew else None


async def accepted_before(database: Database, mail: LedgerMail) -> LedgerMail | None:
    """The earlier mail in whose place this one was planned, if that was accepted after all: this one is not needed."""
    for row in await database.fetch(_EARLIER_SENT, *mail.same, mail.epoch) if mail.epoch else ():
        (sent,) = await mails_of(database, mail=row["id"])
        anew = await planned_for(database, sent)
        if anew is not None and anew.id == mail.id:
            return sent
    return None


def why_not_taken_back(anew: LedgerMail | None, now: datetime, patience_s: float) -> str | None:
    """Why it cannot be taken back yet: its sender is still at it, and sends it again if it is not accepted."""
    if anew and anew.status is Status.BODY_STARTED and (refusal := still_reports(anew, now, patience_s)):
        return f"the same mail was planned anew, as {anew.id}: {refusal}"
    return None


async def take_back(database: Database, mail: LedgerMail, patience_s: float) -> dict[str, str]:
    """Take what was planned anew out of the ledger, unless its body has begun; returns what is to be recorded of it.

    Call it inside the transaction that settles the mail. A sender that has claimed the row can do nothing with it then.

    Raises:
        ClickException: its sender may still report.
    """
    anew = await planned_for(database, mail)
    if anew is None:
        return {}
    if await database.fetchval(_TAKE_OUT, anew.id, [status.value for status in NOT_BEGUN]):
        return {BEFORE_AS: str(anew.id), WHICH_IS: "taken out"}
    (anew,) = await mails_of(database, mail=anew.id)
    if refusal := why_not_taken_back(anew, datetime.now(UTC), patience_s):
        raise click.ClickException(refusal)
    return {BEFORE_AS: str(anew.id), WHICH_IS: anew.status}


def in_place_of(sent: LedgerMail) -> str:
    """The beginning of a sentence about a mail that was planned in place of this one."""
    return f"It was planned in place of {sent.id}, which was accepted after all"


def what_becomes_of(anew: LedgerMail | None) -> str:
    """A sentence on what becomes of the mail that was planned anew."""
    if anew is None:
        return "Nothing else is to be taken back"
    said = f"The same mail was planned anew, as {anew.id}, which is {anew.status}"
    if anew.status in NOT_BEGUN:
        return f"{said}: that row is taken out of the ledger, so it does not go out"
    if anew.status is Status.FAILED:
        to_do = "" if anew.settled else ". Settle it as given-up"
        return f"{said}: it did not go out, and is not to be sent again{to_do}"
    if anew.status is Status.SENT:
        return f"{said}: its recipient has the mail twice, and is to be told"
    return f"{said}: its recipient may have the mail twice"


def left_alone(anew: LedgerMail | None, newest: LedgerMail | None) -> str | None:
    """A sentence on what else was planned since; None when nothing was. `anew`: the last in the mail's place."""
    if newest is None or (anew is not None and anew.id == newest.id):
        return None
    return f"{newest.id}, which is {newest.status}, was asked for whatever became of this one: it is left alone"


# A row that was taken out can be planned again under the same id, so only the newest deed tells why a row is there.
_PLANNED_FOR = """
with recursive instead (id) as (
  select $1::text
  union
  select deed.anew from instead cross join lateral (
    select what, before ->> 'status' as status, after ->> 'address' as address, after ->> 'planned anew as' as anew
    from operations.action
    where service = 'notifier' and target = instead.id and what in ('settle not-sent', 'resend')
      and after ->> 'planned anew as' is not null
    order by at desc limit 1
  ) deed
  where what = 'settle not-sent' or (status = 'FAILED' and address = 'the same')
)
select effect.id from notifier.effect join instead on effect.id = instead.id::uuid and instead.id <> $1
order by epoch desc limit 1
"""
_EARLIER_SENT = """
select id from notifier.effect
where subject = $1 and kind = $2 and occasion = $3 and role = $4 and epoch < $5 and status = 'SENT'
"""
_TAKE_OUT = "delete from notifier.effect where id = $1 and status = any($2::text[]) returning id"
