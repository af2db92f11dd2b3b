"""One settlement's transaction on Postgres."""

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from stream.document import Document, DocumentKey
from stream.postgres_record import record_settlement
from stream.store import Settlement, StateRow


class PostgresTransaction:
    """One settlement: shared documents locked from `load` on, everything written at `commit`."""

    def __init__(self, connection: Any, kinds: Mapping[str, type[Document]]) -> None:
        self._connection = connection
        self._kinds = kinds
        self._locks = False
        self._settlement: Settlement | None = None

    async def commit(self) -> None:
        """Write what was recorded, and let go of the locks."""
        if self._settlement is not None:
            await record_settlement(self._connection, self._settlement)
        if self._locks:
            await self._connection.execute("commit")

    def break_off(self) -> None:
        """Whatever went wrong, and wherever: with its connection the server forgets the transaction."""
        if self._locks:
            self._connection.terminate()

    async def load(
        self, own: Collection[DocumentKey], shared: Collection[DocumentKey]
    ) -> Mapping[DocumentKey, StateRow]:
        """The documents that exist; shared ones after their lock."""
        if shared:
            # Without locks to hold there is nothing to begin: the settlement is a transaction of its own.
            await self._connection.execute("begin")
            self._locks = True
            names = sorted(shared)
            columns = ([key.kind for key in names], [key.key for key in names])
            await self._connection.execute(_CREATE, *columns)
            await self._connection.execute(_LOCK, *columns)
        names = [*own, *shared]
        rows = await self._connection.fetch(_LOAD, [key.kind for key in names], [key.key for key in names])
        return {DocumentKey(row["kind"], row["key"]): self._state(row) for row in rows}

    def _state(self, row: Mapping[str, Any]) -> StateRow:
        text = row["document"]
        try:
            document = None if text is None else self._kinds[row["kind"]].model_validate_json(text)
        except ValidationError:
            return StateRow(None, row["revision"], from_json(row["seen"]), row["correlation"], unreadable=True)
        return StateRow(document, row["revision"], from_json(row["seen"]), row["correlation"])

    async def record(self, settlement: Settlement) -> None:
        """Keep it for the commit."""
        self._settlement = settlement


_CREATE = """
insert into state (kind, key, lane) select kind, key, -1 from unnest($1::text[], $2::text[]) as t(kind, key)
on conflict (kind, key) do nothing
"""
_LOCK = """
select from state s join unnest($1::text[], $2::text[]) as t(kind, key) using (kind, key)
order by s.kind, s.key for update of s
"""
_LOAD = """
select kind, key, revision, seen, correlation, document from state
join unnest($1::text[], $2::text[]) as t(kind, key) using (kind, key)
"""
