"""Evidence from Postgres: every service's schema in one snapshot, as a whole or only the rows that records name."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from json import loads
from typing import Any, TypeVar
from uuid import UUID

import click

from ops.audit.judge.evidence import EffectRow, JournalRow, LaneRow, Pause, QueueRow, StateRow, Tables
from ops.audit.judge.packed_events import unpacked
from ops.servers.administrator import Database

R = TypeVar("R", JournalRow, StateRow, QueueRow, EffectRow)

_CHUNK_IDS = 5_000
_READ_WHOLE = {"journal": "true", "state": "document is not null or lane >= 0", "effect": "true"}
"""The tables of which only a part is read when they are large, each with the condition on the rows that count."""

_OPEN = "status = 'PLANNED' or status in ('CLAIMED', 'BODY_STARTED') or status = 'UNCERTAIN'"
"""As in the conditions of the ledger's partial indexes: so sent rows, which are kept for good, are not read."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows to read: journal entries and mails by id, and documents and mails by registration."""

    entries: Collection[UUID]
    subjects: Collection[str]
    mails: Collection[UUID] = ()


async def is_small(database: Database, services: Sequence[str], rows_max: int) -> bool:
    """Whether no journal, document table or ledger has more than `rows_max` rows; counting stops after that.

    All three are counted: pruning keeps a journal short, while documents and mails stay.
    """
    for service in services:
        for table, where in _READ_WHOLE.items():
            few = f"select from {service}.{table} where {where} limit $1"
            # All names are our own.
            if await database.fetchval(f"select count(*) from ({few}) few", rows_max + 1) > rows_max:  # noqa: S608
                return False
    return True


async def read_tables(database: Database, service: str, rows_max: int, wanted: Wanted | None = None) -> Tables:
    """One service's schema; all of it without `wanted`.

    Raises:
        ClickException: a table that is read as a whole has more than `rows_max` rows.
    """
    reader = _Reader(database, service, rows_max)
    queue = [_queued(row) for row in await reader.all("redelivery", "true")]
    if wanted is None:
        journal, states, effects = [await reader.all(*part) for part in _READ_WHOLE.items()]
    else:
        effects = await reader.by("effect", "subject", "text", wanted.subjects)
        effects += await reader.by("effect", "id", "uuid", set(wanted.mails))
        effects += await reader.all("effect", _OPEN)
        known = {row.id for row in queue} | {row.answered_by for row in queue if row.answered_by} | set(wanted.entries)
        # What was said about a mail is recorded under the mail's own id.
        journal = await reader.by("journal", "id", "uuid", known | {row["id"] for row in effects})
        states = await reader.by("state", "key", "text", wanted.subjects)
    lanes = await reader.all("lane", "true")
    stopped = await reader.all("brake", "released_at is null")
    return Tables(
        journal=tuple(_entry(row) for row in journal),
        states=tuple(_state(row) for row in states),
        queue=tuple(queue),
        effects=tuple({row["id"]: _effect(row) for row in effects}.values()),
        lanes={row["lane"]: LaneRow(row["epoch"], loads(row["settled"])) for row in lanes},
        stopped={row["release"]: row["reason"] for row in stopped},
        discarded=await _discarded(database, service, rows_max),
        pruned_up_to=next((row["up_to"].astimezone(UTC) for row in await reader.all("pruned", "true")), None),
        paused=next((_pause(row) for row in await reader.all("pause", "true")), None),
    )


async def _discarded(database: Database, service: str, rows_max: int) -> frozenset[UUID]:
    """The newest records that operators discarded; none where the installation is older than their record."""
    if not await database.fetchval("select to_regclass('operations.action') is not null"):
        return frozenset()
    rows = await database.fetch(_DISCARDED, service, rows_max)
    return frozenset(UUID(row["target"]) for row in rows)


_DISCARDED = """
select target from operations.action where what = 'discard' and service = $1 order by at desc limit $2
"""


class _Reader:
    """Selects from one schema; names are this module's own, values are bound."""

    def __init__(self, database: Database, schema: str, rows_max: int) -> None:
        self._database = database
        self._schema = schema
        self._rows_max = rows_max

    async def all(self, table: str, where: str) -> list[Any]:
        """Every row. Raises ClickException when there are too many."""
        sql = f"select * from {self._schema}.{table} where {where} limit $1"  # noqa: S608  names of our own
        rows = await self._database.fetch(sql, self._rows_max + 1)
        if len(rows) > self._rows_max:
            what = f"{self._schema}.{table} has more than {self._rows_max:,} rows to look at"
            raise click.ClickException(f"{what}: allow for more (--records)")
        return list(rows)

    async def by(self, table: str, column: str, kind: str, values: Collection[object]) -> list[Any]:
        """The rows with one of these values, selected in chunks."""
        sql = f"select * from {self._schema}.{table} where {column} = any($1::{kind}[])"  # noqa: S608  names of our own
        return [row for chunk in _chunks(sorted(values, key=str)) for row in await self._database.fetch(sql, chunk)]


def _chunks(values: list[object]) -> Iterator[list[object]]:
    return (values[start : start + _CHUNK_IDS] for start in range(0, len(values), _CHUNK_IDS))


def _pause(row: Any) -> Pause:
    return Pause(row["since"].astimezone(UTC), row["reason"])


def _entry(row: Any) -> JournalRow:
    return _as(JournalRow, row, events=unpacked(row["events"]), first_at=row["first_at"].astimezone(UTC))


def _state(row: Any) -> StateRow:
    document = None if row["document"] is None else loads(row["document"])
    return _as(StateRow, row, waits_for=tuple(row["waits_for"]), document=document)


def _queued(row: Any) -> QueueRow:
    return _as(QueueRow, row, offset=row["log_offset"])


def _effect(row: Any) -> EffectRow:
    return _as(EffectRow, row, recipient=loads(row["payload"]).get("email"))


def _as(kind: type[R], row: Any, **others: Any) -> R:
    """A value with the row's columns under their own names, and these others as given."""
    return kind(**{name: row[name] for name in kind.__slots__ if name not in others}, **others)
