"""Keylane's own durable record: what it received, what it will say, what it has said.

Tables: `request` (each id once; `outcome` is planned, not_opened, stale, or cancelled if its cancellation came first;
`repeats`: how often it came again), `highest` (the highest revision of each connection), `cancellation` (each id once,
with `repeats`), `report` (`published_at` is set once the broker has acknowledged it), `unreadable`. Times are seconds
since 1970.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import assert_never

from sandbox.keylane.plan import Report
from sandbox.keylane.request import Cancellation, Received, Request, Unreadable

Answers = Callable[[Request], Sequence[Report]]

_TABLES = """
create table if not exists request (
  source text, id text, subject text not null, connection integer not null, cycle integer not null, revision integer,
  received_at real not null, outcome text not null, repeats integer not null default 0, primary key (source, id)
) without rowid;
create table if not exists highest (
  subject text, connection integer, revision integer not null, primary key (subject, connection)
) without rowid;
create table if not exists cancellation (
  source text, id text, subject text not null, connection integer not null, cycle integer not null,
  received_at real not null, repeats integer not null default 0, primary key (source, id)
) without rowid;
create index if not exists cancellation_of on cancellation (subject, connection);
create table if not exists report (
  seq integer primary key, key text not null unique, due_at real not null, subject text not null, lane integer not null,
  headers blob not null, value blob not null, connection integer not null, cycle integer not null,
  despite_cancellation integer not null, published_at real
);
create index if not exists report_of on report (subject, connection) where published_at is null;
create index if not exists report_due on report (due_at, seq) where published_at is null;
create table if not exists unreadable (
  topic text, lane integer, "offset" integer, fault text not null, primary key (topic, lane, "offset")
) without rowid;
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch, counted."""

    planned: int = 0
    not_opened: int = 0
    stale: int = 0
    cancelled: int = 0
    cancellations: int = 0
    repeated: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class DueReport:
    """A report whose time has come, as it was planned."""

    seq: int
    subject: str
    lane: int
    headers: tuple[tuple[str, bytes], ...]
    value: bytes


class Record:
    """One SQLite file; every call is one transaction, on disk when it returns."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def take(self, batch: Iterable[Received], answers: Answers) -> Taken:
        """Note what came in, and what will be said about each request that is new and neither stale nor cancelled."""
        counts = dict.fromkeys(Taken.__slots__, 0)
        with self._transaction():
            for one in batch:
                counts[self._take(one, answers)] += 1
        return Taken(**counts)

    def _take(self, one: Received, answers: Answers) -> str:
        match one:
            case Request():
                outcome = self._note(one)
                self._plan(answers(one) if outcome in ("planned", "not_opened") else ())
                return outcome
            case Cancellation():
                return self._cancel(one)
            case Unreadable():
                return self._note_unreadable(one)
            case _:
                assert_never(one)

    def plan(self, reports: Sequence[Report]) -> None:
        """Note what will be said without a request; what was noted before stays as it was."""
        if reports:
            with self._transaction():
                self._plan(reports)

    def due(self, now: datetime, count_max: int) -> list[DueReport]:
        """The oldest reports that are due and not known to be published, so many at most."""
        rows = self._db.execute(
            "select seq, subject, lane, headers, value from report"
            " where published_at is null and due_at <= ? order by due_at, seq limit ?",
            (now.timestamp(), count_max),
        )
        return [
            DueReport(seq, subject, lane, tuple((name, text.encode()) for name, text in json.loads(headers)), value)
            for seq, subject, lane, headers, value in rows
        ]

    def next_due_at(self) -> datetime | None:
        """When the next report is due; None when all has been said."""
        (due_at,) = self._db.execute("select min(due_at) from report where published_at is null").fetchone()
        return None if due_at is None else datetime.fromtimestamp(due_at, UTC)

    def mark_published(self, reports: Sequence[DueReport], now: datetime) -> None:
        """The broker has acknowledged these."""
        with self._transaction():
            self._db.executemany(
                "update report set published_at = ? where seq = ?",
                [(now.timestamp(), report.seq) for report in reports],
            )

    def _note(self, request: Request) -> str:
        outcome = self._outcome(request)
        noted = self._db.execute(
            "insert into request (source, id, subject, connection, cycle, revision, received_at, outcome) values"
            " (:source, :id, :subject, :connection, :cycle, :revision, :received_at, :outcome) on conflict do nothing",
            _columns(request) | {"received_at": request.received_at.timestamp(), "outcome": outcome},
        )
        if noted.rowcount == 0:
            return self._repeated("request", request)
        if request.revision is not None and outcome != "stale":
            self._db.execute(
                "insert into highest values (?, ?, ?) on conflict do update set revision = excluded.revision",
                (request.subject, request.connection, request.revision),
            )
        return outcome

    def _outcome(self, request: Request) -> str:
        if self._is_stale(request):
            return "stale"
        if self._is_cancelled(request):
            return "cancelled"
        return "planned" if request.opened else "not_opened"

    def _repeated(self, table: str, one: Request | Cancellation) -> str:
        again = f"update {table} set repeats = repeats + 1 where source = ? and id = ?"  # noqa: S608  our own names
        self._db.execute(again, (one.source, one.id))
        return "repeated"

    def _cancel(self, cancellation: Cancellation) -> str:
        of, cycle = (cancellation.subject, cancellation.connection), cancellation.cycle
        noted = self._db.execute(
            "insert into cancellation (source, id, subject, connection, cycle, received_at) values (?, ?, ?, ?, ?, ?)"
            " on conflict do nothing",
            (cancellation.source, cancellation.id, *of, cycle, cancellation.received_at.timestamp()),
        )
        if noted.rowcount == 0:
            return self._repeated("cancellation", cancellation)
        self._db.execute(
            "delete from report where published_at is null and subject = ? and connection = ? and cycle <= ?"
            " and not despite_cancellation",
            (*of, cycle),
        )
        return "cancellations"

    def _is_cancelled(self, request: Request) -> bool:
        cancelled = self._db.execute(
            "select 1 from cancellation where subject = ? and connection = ? and cycle >= ?",
            (request.subject, request.connection, request.cycle),
        )
        return cancelled.fetchone() is not None

    def _is_stale(self, request: Request) -> bool:
        if request.revision is None:
            return False
        higher = self._db.execute(
            "select 1 from highest where subject = ? and connection = ? and revision > ?",
            (request.subject, request.connection, request.revision),
        )
        return higher.fetchone() is not None

    def _note_unreadable(self, record: Unreadable) -> str:
        self._db.execute(
            "insert into unreadable values (?, ?, ?, ?) on conflict do nothing",
            (record.topic, record.lane, record.offset, record.fault),
        )
        return "unreadable"

    def _plan(self, reports: Iterable[Report]) -> None:
        self._db.executemany(
            "insert into report (key, due_at, subject, lane, headers, value, connection, cycle, despite_cancellation)"
            " values (:key, :due_at, :subject, :lane, :headers, :value, :connection, :cycle, :despite_cancellation)"
            " on conflict do nothing",
            [_columns(report) | {"due_at": report.due_at.timestamp(), "headers": _kept(report)} for report in reports],
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")


def _columns(one: Request | Report) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__slots__}


def _kept(report: Report) -> str:
    """The headers as they are kept."""
    return json.dumps([(name, value.decode()) for name, value in report.headers])
