"""Loads which employers processors may register: both were agreed with a.s.r. before this flow.

A row stands for a processor's form, its review and the employer's own request: both gates are open.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TextIO

from payroll import fields
from payroll.row_file import Columns, Compared, lines_of, read_rows
from services.intake import gate
from stream.postgres_gates import open_gates
from stream.postgres_session import Connection


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One row of the file, column for column: a confirmed processor and an employer that has chosen it."""

    processor_email: str
    raamwerkcontractnummer: str
    loonheffingennummer: str


def read_clients(lines: Iterable[str]) -> list[ClientRow]:
    """Read a CSV with a header. Raises RowFileError."""
    return read_rows(lines, _COLUMNS, ClientRow, tuple(_COLUMNS))


def write_clients(file: TextIO, rows: Iterable[ClientRow]) -> None:
    """The same as a CSV with a header."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(astuple(row) for row in dict.fromkeys(rows))


def gates_of(row: ClientRow) -> Iterator[str]:
    """Every gate that a registration of this employer by this processor waits for."""
    yield gate.of_processor(row.processor_email)
    yield from gate.of_numbers(row.processor_email, row.loonheffingennummer, row.raamwerkcontractnummer)


async def load_clients(connection: Connection, rows: Iterable[ClientRow]) -> None:
    """Open their gates with asyncpg's `connection`, in the intake schema: held registrations go on by themselves."""
    async with connection.transaction():
        await open_gates(connection, (one for row in rows for one in gates_of(row)))


async def load_file(connection: Connection, path: Path) -> int:
    """Load a CSV with the administrator's connection; how many rows it holds. Raises RowFileError."""
    rows = _read(path)
    async with connection.transaction():
        await connection.execute("set local search_path = intake")
        await load_clients(connection, rows)
    return len(rows)


async def compare_file(connection: Connection, path: Path) -> Compared:
    """What loading it would change, with the administrator's connection. Raises RowFileError."""
    gates = [set(gates_of(row)) for row in _read(path)]
    kept = await connection.fetch(_OPEN, sorted({one for some in gates for one in some}))
    are_open = {row["key"] for row in kept}
    same = sum(some <= are_open for some in gates)
    return Compared(len(gates) - same, 0, same)


def _read(path: Path) -> list[ClientRow]:
    return read_clients(lines_of(path))


_OPEN = """
select key from intake.state where kind = 'gate' and key = any($1::text[]) and document ->> 'open' = 'true'
"""
_COLUMNS: Columns = {
    "processor_email": fields.email,
    "raamwerkcontractnummer": fields.raamwerkcontractnummer,
    "loonheffingennummer": fields.loonheffingennummer,
}
