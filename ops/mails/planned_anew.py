"""The same mail once more, in the next epoch, as a row of its own: with the correction code that counts by now."""

from uuid import UUID

from ops.administrator import Database
from ops.mails.ledger_mail import LedgerMail
from services.notifier.documents import Correspondence
from services.notifier.ledger import Status
from stream.identity import effect_id


async def plan_anew(database: Database, mail: LedgerMail, seen: Status, to: str | None = None) -> UUID | None:
    """Plan it, to another address where one is named; the new row's id.

    None: it is not in the status that was seen any more, or was planned anew before; nothing is changed.
    """
    anew = effect_id(mail.registration, mail.kind, mail.occasion, mail.role, str(mail.epoch + 1))
    found: UUID | None = await database.fetchval(_PLAN_ANEW, mail.id, anew, to, seen)
    return found


_PLAN_ANEW = f"""
insert into notifier.effect (id, lane, subject, kind, occasion, role, epoch, payload)
select $2, lane, subject, kind, occasion, role, epoch + 1, jsonb_set(
  jsonb_set(payload, '{{email}}', coalesce(to_jsonb($3::text), payload -> 'email')),
  '{{code_for,cycle}}',
  coalesce(
    (select document -> 'cycle' from notifier.state where kind = '{Correspondence.kind}' and key = subject),
    payload #> '{{code_for,cycle}}',
    'null'
  )
)
from notifier.effect where id = $1 and status = $4
on conflict do nothing returning id
"""  # noqa: S608  constants
