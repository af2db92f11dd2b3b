"""The mail ledger in Postgres: the table `effect`, which the worker's transactions plan."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import asyncpg

from services.notifier.ledger import FORGOTTEN, MOVES_FROM, MailClaim, Move, Status, Swept
from stream.errors import ContentionError, StoreUnavailable
from stream.postgres_session import Session

_CLAIM = """
with due as (
  select id from effect where status = 'PLANNED' and not_before <= now() and not exists (select from pause)
  order by not_before limit $1 for update skip locked
), ours as (select gen_random_uuid() as token)
update effect set status = 'CLAIMED', token = ours.token, attempts = attempts + 1, claimed_at = now()
from due, ours where effect.id = due.id
returning effect.id, effect.token, kind, payload::text, attempts
"""

_RENEW = """
update effect set claimed_at = now() from unnest($1::uuid[], $2::uuid[]) as held (id, token)
where effect.id = held.id and effect.token = held.token and effect.status = 'CLAIMED'
returning effect.id
"""


def _array(statuses: Iterable[Status]) -> str:
    # A list of plain strings is written in SQL as in Python.
    return f"array{[status.value for status in statuses]}"


_WHENCE = "\n".join(f"    when '{to}' then {_array(whence)}" for to, whence in MOVES_FROM.items())

_MOVE = f"""
update effect set
  status = move.status,
  reply = move.reply,
  attempts = attempts - move.untouched::integer,
  token = move.token,
  not_before = case when move.status = 'PLANNED' then now() + move.delay else not_before end,
  body_started_at = case when move.status = 'BODY_STARTED' then now() else body_started_at end,
  finished_at = case when move.status in ('SENT', 'FAILED') then now() end
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::interval[], $6::boolean[])
  as move (id, token, status, reply, delay, untouched)
where effect.id = move.id
  and (effect.token = move.token or (move.status = 'SENT' and effect.status = any({_array(FORGOTTEN)})))
  and not (move.status = 'BODY_STARTED' and exists (select from pause))
  and effect.status = any(case move.status
{_WHENCE}
  end)
returning move.id, move.token
"""  # noqa: S608  statuses of our own

_SWEEP = """
with left_behind as (
  select id, status from effect
  where status in ('CLAIMED', 'BODY_STARTED') and claimed_at <= now() - $1::interval
    and (status = 'CLAIMED' or body_started_at <= now() - $2::interval)
  for update skip locked
)
update effect set
  status = case left_behind.status when 'CLAIMED' then 'PLANNED' else 'UNCERTAIN' end,
  attempts = attempts - (left_behind.status = 'CLAIMED')::integer
from left_behind where effect.id = left_behind.id
returning effect.status
"""


class PostgresLedger:
    """The `Ledger` of one service's schema. Connects anew at the next call after an outage."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._one_at_a_time = asyncio.Lock()

    async def claim(self, limit: int) -> Sequence[MailClaim]:
        return [MailClaim(*row.values()) for row in await self._fetch(_CLAIM, limit)]

    async def renew(self, claims: Collection[MailClaim]) -> Collection[UUID]:
        rows = await self._fetch(_RENEW, [claim.id for claim in claims], [claim.token for claim in claims])
        return {row["id"] for row in rows}

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        rows = await self._fetch(
            _MOVE,
            [move.claim.id for move in moves],
            [move.claim.token for move in moves],
            [move.to.value for move in moves],
            [move.reply for move in moves],
            [timedelta(seconds=move.delay_s) for move in moves],
            [move.untouched for move in moves],
        )
        moved = {tuple(row.values()) for row in rows}
        return {move.claim for move in moves if (move.claim.id, move.claim.token) in moved}

    async def sweep(self, *, claimed_s: float, body_started_s: float) -> Swept:
        rows = await self._fetch(_SWEEP, timedelta(seconds=claimed_s), timedelta(seconds=body_started_s))
        returned = sum(row["status"] == Status.PLANNED for row in rows)
        return Swept(returned, len(rows) - returned)

    async def close(self) -> None:
        """Close the connection, at once when it does not answer."""
        await self._session.close()

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        async with self._one_at_a_time:
            # Rolled back, so try once more: it would be taken for an outage, and no mail would go out.
            with suppress(ContentionError):
                return await self._session.fetch(query, *arguments)
            try:
                return await self._session.fetch(query, *arguments)
            except ContentionError as error:
                raise StoreUnavailable(type(error).__name__) from error
