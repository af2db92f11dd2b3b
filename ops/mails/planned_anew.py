"""The same mail once more, in the next epoch, as a row of its own.

With the correction code that counts by now, where it goes to the address of the newest cycle; else with the one it had,
which is not printed once another counts.
"""

from collections.abc import Sequence

import click

from ops.mails.ledger_mail import LedgerMail, mails_of
from ops.servers.administrator import Database
from payroll.address_key import KEY_CHARACTERS
from services.notifier.documents import Correspondence
from services.notifier.ledger import Status
from stream.identity import effect_id

ANEW = "planned anew as"
"""What the operators' record says of a row, beside the id of the one that was planned for it."""


async def plan_anew(database: Database, mail: LedgerMail, seen: Status, to: str | None = None) -> dict[str, str]:
    """Plan it, to another address where one is named; what is to be recorded of it.

    Raises:
        ClickException: as `check_not_forced`; or it is not in the status that was seen any more, or a newer epoch has
            it. Nothing is changed then.
    """
    await check_not_forced(database, mail)
    anew = effect_id(*mail.same, str(mail.epoch + 1))
    if await database.fetchval(_PLAN_ANEW, mail.id, anew, to, seen) is None:
        raise click.ClickException(f"{mail.id} has changed since you looked: nothing was done")
    return {ANEW: str(anew)}


async def check_not_forced(database: Database, *mails: LedgerMail) -> None:
    """Raises ClickException where a forced replay may yet plan one: the ledger shows no row of that one so far."""
    for mail in await forced(database, mails):
        raise click.ClickException(
            f"a forced replay has a record of {mail.reference} in the notifier's queue, and may send this mail itself: "
            "nothing was changed. Try again once that record is handled or, if it is parked, discarded"
        )


async def forced(database: Database, mails: Sequence[LedgerMail]) -> list[LedgerMail]:
    """Those of these mails of whose registration a forced replay has brought a record that is not handled yet."""
    rows = await database.fetch(_FORCED, [mail.registration for mail in mails])
    found = {row["key"] for row in rows}
    return [mail for mail in mails if mail.registration in found]


async def lock_epochs(database: Database, mail: LedgerMail) -> None:
    """Let nobody else settle or plan anew any epoch of it until this transaction ends: what each does depends on all.

    The first row is locked for all of them: it is never taken out.
    """
    await database.execute(_LOCK, *mail.same)


async def newer_epoch(database: Database, mail: LedgerMail) -> LedgerMail | None:
    """The row that stands for it: of its newer epochs the newest. A forced replay leaves epochs out."""
    newest = await database.fetchval(_NEWER_EPOCH, *mail.same, mail.epoch)
    return (await mails_of(database, mail=newest))[0] if newest else None


_EMAIL = "coalesce($3::text, payload ->> 'email')"
# `address_key`, as addresses here are written in ASCII.
_ADDRESS_KEY = f"""left(encode(sha256(convert_to(lower({_EMAIL} collate "C"), 'UTF8')), 'hex'), {KEY_CHARACTERS})"""
# The greatest: of a registration from before the document was kept, it can know less than the mail.
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
from notifier.effect where id = $1 and status = $4 and not exists (
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
