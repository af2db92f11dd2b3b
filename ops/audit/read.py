"""Reads all evidence of a running system, in the order that prevents false alarms (`evidence.py` explains it)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from ops.audit.deeds_evidence import read_deeds
from ops.audit.judge import recipes
from ops.audit.judge.called_for import ACTED
from ops.audit.judge.evidence import (
    AcceptedMail,
    Deeds,
    Evidence,
    Log,
    LogRecord,
    Place,
    SubmittedForm,
    Tables,
    Text,
)
from ops.audit.judge.heading import data_of
from ops.audit.judge.seen import seen_as
from ops.audit.kafka_evidence import KafkaReader, kafka_reader
from ops.audit.keylane_evidence import read_keylane
from ops.audit.mailbox_evidence import read_mails
from ops.audit.parties import parties
from ops.audit.postgres_evidence import Wanted, is_small, read_tables
from ops.servers.administrator import looking
from ops.servers.kafka_reading import Span
from ops.terminal.counted import counted
from stream.kafka_access import KafkaAccess

RECORDS_MAX = 50_000
LOG_BYTES_MAX = 4 * 1024 * 1024

Report = Callable[[str], object]

_PARTIES = parties()
_SERVICES = [party.name for party in _PARTIES if party.ours]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where everything is; the last four are read where they are given."""

    kafka: KafkaAccess
    postgres_url: str
    mailbox: Path | None = None
    keylane: Path | None = None
    submitted: tuple[SubmittedForm, ...] | None = None
    logs: tuple[Path, ...] | None = None


async def read_evidence(
    sources: Sources, *, now: datetime, records_max: int, report: Report = lambda _: None
) -> Evidence:
    """All evidence, or the newest part where there are more than `records_max` records or rows.

    Raises:
        ClickException: Kafka or Postgres does not answer, or even that part is more than may be read.
    """
    topics = dict.fromkeys(topic for party in _PARTIES for topic in (*party.consumes, *party.emits))
    async with kafka_reader(sources.kafka, list(topics)) as kafka:
        report("looking up positions")
        committed = {party.name: await kafka.committed(party.name) for party in _PARTIES if party.consumes}
        fences = await kafka.spans()
        before = read_mails(sources.mailbox) if sources.mailbox else ()
        scope = await _scope(kafka, sources, fences, records_max=records_max, now=now)
        report(f"reading {counted(scope.count(fences), 'record')}")
        records = await kafka.read(scope.starts, _ends(fences))
        report("reading the tables")
        tables, deeds = await _tables(sources, records, before, scope)
        actions = await _actions(sources, records)
        keylane = read_keylane(sources.keylane) if sources.keylane else None
        report("reading what came meanwhile")
        spans = await kafka.spans()
        later = await kafka.read(_ends(fences), _ends(spans))
    return Evidence(
        now=now,
        parties=_PARTIES,
        logs={
            place: Log((*records[place], *later[place]), spans[place].end, span.begin, scope.starts[place], span.end)
            for place, span in fences.items()
        },
        committed=committed,
        tables=tables,
        mails=read_mails(sources.mailbox, before) if sources.mailbox else None,
        keylane=keylane,
        submitted=sources.submitted,
        texts=tuple(log_lines(sources.logs)) if sources.logs is not None else None,
        since=scope.since,
        actions=actions,
        deeds=deeds,
    )


@dataclass(frozen=True, slots=True)
class _Scope:
    """From which offsets on, and since when, records are read; `since` is None for everything."""

    records_max: int
    starts: Mapping[Place, int]
    since: datetime | None

    def count(self, spans: Mapping[Place, Span]) -> int:
        return sum(span.end - self.starts[place] for place, span in spans.items())


async def _scope(
    kafka: KafkaReader, sources: Sources, spans: Mapping[Place, Span], *, records_max: int, now: datetime
) -> _Scope:
    whole = _Scope(records_max, {place: span.begin for place, span in spans.items()}, None)
    async with looking(sources.postgres_url) as database:
        if whole.count(spans) <= records_max and await is_small(database, _SERVICES, records_max):
            return whole
    return _Scope(records_max, *await kafka.starts(spans, records_max, now))


def _ends(spans: Mapping[Place, Span]) -> dict[Place, int]:
    return {place: span.end for place, span in spans.items()}


async def _tables(
    sources: Sources, records: Mapping[Place, list[LogRecord]], mails: Iterable[AcceptedMail], scope: _Scope
) -> tuple[dict[str, Tables], Deeds | None]:
    wanted = None if scope.since is None else wanted_rows(records, mails)
    async with looking(sources.postgres_url) as database:
        found = {name: await read_tables(database, name, scope.records_max, wanted) for name in _SERVICES}
        return found, await read_deeds(database, found)


async def _actions(sources: Sources, records: Mapping[Place, list[LogRecord]]) -> frozenset[str]:
    said = [one for place, found in records.items() if place.topic == ACTED for one in found]
    named = [str(data_of(one.value).get("action")) for one in said]
    if not named:
        return frozenset()
    async with looking(sources.postgres_url) as database:
        rows = await database.fetch("select id::text from operations.action where id::text = any($1)", named)
    return frozenset(row["id"] for row in rows)


def wanted_rows(records: Mapping[Place, list[LogRecord]], mails: Iterable[AcceptedMail]) -> Wanted:
    """The rows that these records and mails can have in the tables."""
    seen = [seen_as(record) for found in records.values() for record in found]
    entries = {
        entry
        for one in seen
        for entry in (
            one.entry,
            recipes.entry_of_second_body(one.entry, one.body),
            recipes.entry_of_place(*one.record[:3]),
        )
    }
    return Wanted(entries, {one.subject for one in seen if one.subject}, set(_ids(mails)))


def _ids(mails: Iterable[AcceptedMail]) -> Iterator[UUID]:
    for mail in mails:
        with suppress(ValueError):
            yield UUID(mail.message_id)


def log_lines(files: Iterable[Path]) -> Iterator[Text]:
    """The lines of the last part of each log."""
    for file in files:
        with file.open("rb") as log:
            log.seek(max(file.stat().st_size - LOG_BYTES_MAX, 0))
            for line in log.read().decode("utf-8", "replace").splitlines():
                yield Text(file.name, line)
