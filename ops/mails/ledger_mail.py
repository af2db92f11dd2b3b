"""A mail of the ledger as operators see it: never its text, and of its recipient only the role and the domain."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from ops.servers.administrator import Database, looking
from ops.story.mail_view import to_reader
from ops.terminal.age import age, moment
from ops.terminal.output import shorten, wrapped
from ops.terminal.view import View
from schemas.ids import reference
from services.notifier.ledger import Status

SETTLED = "settled: "
"""How the reply of a mail begins that a human has settled: the verdict follows."""


class LedgerMail(View):
    """A row of the ledger.

    `epoch` is 0 unless a human had the mail planned anew, or forced it. `domain` is that of its address; None where
    that is not an address. `elsewhere`: it goes to another address than the mail was first planned for. `since`: when
    the row got its status; for a planned one, however often it was tried, when it was planned.
    """

    id: UUID
    registration: str
    reference: str
    kind: str
    occasion: str
    role: str
    domain: str | None
    elsewhere: bool = False
    epoch: int
    status: Status
    attempts: int
    reply: str | None
    planned_at: datetime
    body_started_at: datetime | None
    since: datetime

    @property
    def same(self) -> tuple[str, str, str, str]:
        """What all epochs of one mail have in common."""
        return self.registration, self.kind, self.occasion, self.role

    @property
    def settled(self) -> bool:
        """Whether a human has settled it."""
        return (self.reply or "").startswith(SETTLED)

    @property
    def told(self) -> str:
        """Which of a registration's mails it is, and to whom."""
        return f"{self.kind}, {self.occasion}, {to_reader(self.role, elsewhere=self.elsewhere)}"


async def ledger_mails(url: str, *, limit: int, status: Status | None) -> list[LedgerMail]:
    """The newest mails (of this status), newest first; of FAILED ones only those that wait for a human."""
    async with looking(url) as database:
        rows = await database.fetch(_MAILS.format(where=_OF_STATUS), limit, status)
    return [_mail(row) for row in rows]


async def mails_of(
    database: Database, *, registration: str | None = None, mail: UUID | None = None
) -> list[LedgerMail]:
    """The mails of a registration, or the one of this id."""
    where = "subject = $2 or id = $3"
    return [_mail(row) for row in await database.fetch(_MAILS.format(where=where), None, registration, mail)]


async def failed_mails(database: Database, reply: str, since: datetime | None, *, limit: int) -> list[LedgerMail]:
    """The newest mails that failed, wait for a human, and have a reply that begins with this text.

    `since`: those that failed then or later only.
    """
    return [_mail(row) for row in await database.fetch(_MAILS.format(where=_FAILED), limit, reply, since)]


def mail_lines(mails: Sequence[LedgerMail], now: datetime) -> Iterator[str]:
    """A few lines for each, none wider than the terminal."""
    for mail in mails:
        again = f", planned anew in epoch {mail.epoch}" if mail.epoch else ""
        where = f" at {mail.domain}" if mail.domain else ""
        yield from wrapped(f"{mail.reference} {mail.told}{where}{again}", "", "  ")
        yield f"  {mail.id}"
        tried = f"{mail.status}, tried {mail.attempts} x, since {moment(mail.since)} ({age(now - mail.since)})"
        yield from wrapped(tried, "  ", "  ")
        if mail.reply:
            yield shorten(f"  {mail.reply}")


def _mail(row: Any) -> LedgerMail:
    return LedgerMail(reference=reference(row["registration"]), **dict(row))


# A row that was settled needs nobody: another one stands for its mail, or that was given up.
_WAITS_FOR_A_HUMAN = f"""
status = 'FAILED' and starts_with(reply, '{SETTLED}') is not true and epoch = (
  select max(epoch) from notifier.effect same
  where (same.subject, same.kind, same.occasion, same.role)
    = (effect.subject, effect.kind, effect.occasion, effect.role)
)
"""  # noqa: S608  a constant
_OF_STATUS = f"($2::text is null or status = $2 and (status <> 'FAILED' or {_WAITS_FOR_A_HUMAN}))"
_FAILED = f"starts_with(reply, $2) and ($3::timestamptz is null or finished_at >= $3) and {_WAITS_FOR_A_HUMAN}"
_MAILS = """
select id, subject as registration, kind, occasion, role, substring(payload ->> 'email' from '@([^@]*)$') as domain,
  lower(payload ->> 'email') is distinct from (
    select lower(payload ->> 'email') from notifier.effect first
    where (first.subject, first.kind, first.occasion, first.role)
      = (effect.subject, effect.kind, effect.occasion, effect.role)
    order by epoch limit 1
  ) as elsewhere, epoch, status, attempts, reply, planned_at, body_started_at,
  case status when 'PLANNED' then planned_at
    else coalesce(finished_at, body_started_at, claimed_at, planned_at) end as since
from notifier.effect where {where} order by planned_at desc, id limit $1
"""
