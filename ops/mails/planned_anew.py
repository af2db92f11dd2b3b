"""Plans a mail anew: in the next epoch, as a row of its own.

A mail to the address of the newest cycle gets the correction code that is valid now. Any other keeps the code that it
had, which is not printed once another one is valid.
"""

from collections.abc import Sequence

import click

from ops.mails.ledger_mail import LedgerMail, mails_of
from ops.servers.administrator import Database
from payroll.address_key import KEY_CHARACTERS
from services.notifier.documents import Correspondence
from stream.identity import effect_id

ANEW = "planned anew as"
"""The name under which the operators' record of a row has the id of the row that was planned in its place."""


async def plan_anew(database: Database, mail: LedgerMail, to: str | None = None) -> dict[str, str]:
    """Plan it, to the address `to` if given; returns what is to be recorded of it.

    Raises:
        ClickException: as `check_not_forced`; or the row has another status or reply by now, or a newer epoch. Nothing
            is changed then.
    """
    await check_not_forced(database, mail)
    anew = effect_id(*mail.same, str(mail.epoch + 1))
    if await database.fetchval(_PLAN_ANEW, mail.id, anew, to, mail.status, mail.reply) is None:
        raise changed(mail)
    return {ANEW: str(anew)}


def changed(mail: LedgerMail) -> click.ClickException:
    """Somebody else was first."""
    return click.ClickException(f"{mail.id} has changed since you looked: nothing was done")


async def check_not_forced(database: Database, *mails: LedgerMail) -> None:
    """Raises ClickException where a forced replay may still plan one of these mails itself, in a row of its own."""
    for mail in await forced(database, mails):
        raise click.ClickException(
            f"a forced replay has a record of {mail.reference} in the notifier's queue, and may send this mail itself: "
            "nothing was changed. Try again once that record is handled or, if it is parked, discarded"
        )


async def forced(database: Database, mails: Sequence[LedgerMail]) -> list[LedgerMail]:
    """The mails for whose registration a forced replay has queued a record that is not handled yet."""
    rows = await database.fetch(_FORCED, [mail.registration for mail in mails])
    found = {row["key"] for row in rows}
    return [mail for mail in mails if mail.registration in found]


async def lock_epochs(database: Database, mail: LedgerMail) -> None:
    """Let nobody else settle or plan anew any epoch of this mail until this transaction ends.

    What may be done with one epoch depends on the others. The row of the first epoch is locked for all: it is never
    taken out.
    """
    await database.execute(_LOCK, *mail.same)


async def newer_epoch(database: Database, mail: LedgerMail) -> LedgerMail | None:
    """The row of the mail's newest epoch, if that is newer than this one. Forced replays skip numbers of epochs."""
    newest = await database.fetchval(_NEWER_EPOCH, *mail.same, mail.epoch)
    return (await mails_of(database, mail=newest))[0] if newest else None


def planned_before(newer: LedgerMail | None) -> str | None:
    """Why nothing is done with a mail that has this newer row; None when it has none."""
    if newer is None:
        return None
    return f"this mail was planned anew before, as {newer.id}, which is {newer.status}: name that one"


_EMAIL = "coalesce($3::text, payload ->> 'email')"
# The same as `address_key` computes, for addresses in ASCII, as all in the ledger are.
_ADDRESS_KEY = f"""left(encode(sha256(convert_to(lower({_EMAIL} collate "C"), 'UTF8')), 'hex'), {KEY_CHARACTERS})"""
# The greatest: the document of a registration that is older than such documents can know fewer cycles than the mail.
_PLAN_ANEW = f"""
with known as (
  select (document ->> 'cycle')::int as cycle, document ->> 'applicant' as applicant from notifier.state
  where kind = '{Correspondence.kind}' and key = (select subject from notifier.effect where id = $1)
)
insert into notifier.effect (id, lane, subject, kind, occasion, role, epoch, payload)
select $2, lane, subject, kind, occasion, role, epoch + 1, jsonb_set(
  jsonb_set(
    jsonb_set(payload, '{{email}}', to_jsonb({_EMAIL})),
    '{{code_for,cycle}}',
    coalesce(
      to_jsonb(greatest(
        (payload #>> '{{code_for,cycle}}')::int, (select cycle from known where applicant = {_ADDRESS_KEY})
      )),
      'null'
    )
  ),
  '{{code_for,newest}}',
  to_jsonb(greatest(
    coalesce((payload #>> '{{code_for,newest}}')::int, 0), (select cycle from known where applicant is not null)
  ))
)
from notifier.effect where id = $1 and status = $4 and reply is not distinct from $5 and not exists (
  select from notifier.effect newer
  where (newer.subject, newer.kind, newer.occasion, newer.role)
    = (effect.subject, effect.kind, effect.occasion, effect.role) and newer.epoch > effect.epoch
)
on conflict do nothing returning id
"""  # noqa: S608  constants
_FORCED = """
select distinct key from notifier.redelivery where key = any($1::text[]) and epoch > 0 and not handled
"""
_LOCK = """
select from notifier.effect
where subject = $1 and kind = $2 and occasion = $3 and role = $4 order by epoch limit 1 for update
"""
_NEWER_EPOCH = """
select id from notifier.effect
where subject = $1 and kind = $2 and occasion = $3 and role = $4 and epoch > $5 order by epoch desc limit 1
"""
