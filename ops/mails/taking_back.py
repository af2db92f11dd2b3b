"""A mail that ended as FAILED, and was accepted after all: settled as not sent, or refused and delivered all the same.

It ends as SENT. What was planned anew for it goes out no more, where it has not gone yet: its row is taken out of the
ledger. A row that ended as FAILED would ask to be sent again; what operators did stays on record.

Was that row not sent either, by an operator's verdict or by itself, what was planned anew for it is taken out in its
place, and so on. What is wanted whatever became of the first one is left alone: a mail sent again although it was SENT,
to another address, or by a forced replay.
"""

from datetime import UTC, datetime, timedelta

import click

from ops.mails.ledger_mail import LedgerMail, mails_of
from ops.servers.administrator import Database
from ops.terminal.age import moment
from services.notifier.ledger import FORGOTTEN as NOT_BEGUN
from services.notifier.ledger import Status

WHAT, WHICH_IS = "planned anew before, as", "which is"
"""What the operators' record says of a row that was planned anew, and what becomes of it."""


def still_reports(mail: LedgerMail, now: datetime, patience_s: float) -> str | None:
    """That its sender can still be heard of, and for how long; None when it cannot."""
    begun = mail.body_started_at
    if begun is not None and now < (until := begun + timedelta(seconds=patience_s)):
        return f"its body began at {moment(begun)}, and its sender may still report: settle it after {moment(until)}"
    return None


async def planned_for(database: Database, mail: LedgerMail) -> LedgerMail | None:
    """The last of what was planned anew in its place; None when nothing was, or that is taken out."""
    anew = await database.fetchval(_PLANNED_FOR, str(mail.id))
    return (await mails_of(database, mail=anew))[0] if anew else None


async def accepted_before(database: Database, mail: LedgerMail) -> LedgerMail | None:
    """The mail in whose place this one was planned, where it was accepted after all: nobody lacks this one then."""
    for row in await database.fetch(_EARLIER_SENT, *mail.same, mail.epoch) if mail.epoch else ():
        (sent,) = await mails_of(database, mail=row["id"])
        anew = await planned_for(database, sent)
        if anew is not None and anew.id == mail.id:
            return sent
    return None


def why_not_taken_back(anew: LedgerMail | None, now: datetime, patience_s: float) -> str | None:
    """Why nobody can say yet what becomes of it: heard that it was not accepted, its sender would have it go out."""
    if anew and anew.status is Status.BODY_STARTED and (refusal := still_reports(anew, now, patience_s)):
        return f"the same mail was planned anew, as {anew.id}: {refusal}"
    return None


async def take_back(database: Database, mail: LedgerMail, patience_s: float) -> dict[str, str]:
    """Let what was planned anew never go out, unless its body is begun by now; what is to be recorded of it.

    Inside the transaction that settles the mail. A sender that has claimed the row can do nothing with it then.

    Raises:
        ClickException: its sender may still report.
    """
    anew = await planned_for(database, mail)
    if anew is None:
        return {}
    if await database.fetchval(_TAKE_OUT, anew.id, [status.value for status in NOT_BEGUN]):
        return {WHAT: str(anew.id), WHICH_IS: "taken out"}
    (anew,) = await mails_of(database, mail=anew.id)
    if refusal := why_not_taken_back(anew, datetime.now(UTC), patience_s):
        raise click.ClickException(refusal)
    return {WHAT: str(anew.id), WHICH_IS: anew.status}


def in_place_of(sent: LedgerMail) -> str:
    """That a mail was planned in place of this one, in a sentence that can go on."""
    return f"It was planned in place of {sent.id}, which was accepted after all"


def fate(anew: LedgerMail | None) -> str:
    """What becomes of what was planned anew, in a sentence."""
    if anew is None:
        return "Nothing else is to be taken back"
    said = f"The same mail was planned anew, as {anew.id}, which is {anew.status}"
    if anew.status in NOT_BEGUN:
        return f"{said}: that row is taken out of the ledger, so it does not go out"
    if anew.status is Status.FAILED:
        return f"{said}: it did not go out, and is not to be sent again"
    if anew.status is Status.SENT:
        return f"{said}: its recipient has the mail twice, and is to be told"
    return f"{said}: its recipient may have the mail twice"


def left_alone(anew: LedgerMail | None, newest: LedgerMail | None) -> str | None:
    """What else was planned since, in a sentence; None when nothing was. `anew`: the last in the mail's place."""
    if newest is None or (anew is not None and anew.id == newest.id):
        return None
    return f"{newest.id}, which is {newest.status}, was asked for whatever became of this one: it is left alone"


# Rows that are taken out are planned under the same ids once more, so only the newest deed tells why one is there.
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
