"""A forced replay: which records are decided again although the journal knows them, and what would come of it now."""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import click

from ops.actions.consequences import what_could_follow
from ops.replay.asked import Asked
from ops.replay.fate import ServiceKnows
from ops.replay.force_options import Force
from ops.replay.queue import standing_in_queue, what_service_knows
from ops.replay.rehearsal import Rehearsal, Rehearsed
from ops.replay.rehearsed_services import service_by_name
from ops.replay.replays import Replay
from ops.servers.administrator import Database
from ops.terminal.counted import counted
from ops.terminal.output import wrapped
from schemas.flow import LANES, NOTIFIER
from stream.clock import SystemClock
from stream.decode import Item, Received
from stream.horizon import is_too_old
from stream.new_row import replay_row
from stream.postgres import PostgresStore
from stream.read_pool import ReadPool
from stream.store import Row

_MAILED_ABOUT = frozenset(event.name for event in NOTIFIER.consumes)


def is_forcible(item: Received, known: ServiceKnows, queued: Collection[UUID], *, horizon: timedelta) -> bool:
    """Whether this record was answered, and nothing is waiting to be done with it."""
    if item.subject in known.held_up or item.id in queued:
        return False
    entry = known.journal.get(item.id)
    too_old = is_too_old(item, now=datetime.now(UTC), horizon=horizon, pruned_up_to=known.pruned_up_to)
    return entry is not None and entry.hash == item.hash and not too_old


@dataclass
class Outlook:
    """What would come of forcing some records now.

    `left_out` counts those that cannot be forced. `open_mails`: mails of their registrations, neither sent nor failed.
    """

    service: str
    left_out: int = 0
    forced: Rehearsed = field(default_factory=Rehearsed)
    open_mails: set[UUID] = field(default_factory=set)

    @property
    def total(self) -> int:
        """How many records the range has."""
        return self.left_out + self.forced.records

    @property
    def mails(self) -> int:
        """How many mails would be planned, plus the events that can each lead to a mail."""
        return self.forced.effects + sum(count for topic, count in self.forced.said.items() if topic in _MAILED_ABOUT)

    def lines(self) -> Iterator[str]:
        """In words, none wider than the terminal."""
        yield f"{counted(self.total, 'record')} through {self.service}, decided again"
        counts: Mapping[str, int] = {
            "left out: repeated in the log, never handled, parked, held up, too old, not readable": self.left_out,
            **{f"would be ignored again ({reason}): no effect": n for reason, n in sorted(self.forced.ignored.items())},
            **{f"would be parked ({reason})": n for reason, n in sorted(self.forced.parked.items())},
            "would change what is remembered, and say nothing": self.forced.silent,
            "would say something or plan a mail": self.forced.speaking,
        }
        for words, count in counts.items():
            if count:
                yield from wrapped(f"{count:>8,} {words}", rest=" " * 11)
        for topic, count in sorted(self.forced.said.items()):
            yield f"           {count:,} x {topic}"
        flows_on = self.service != NOTIFIER.name
        if self.forced.speaking and flows_on:
            yield from wrapped(f"could follow: {what_could_follow(self.service)}", rest="  ")
        if self.open_mails:
            about = f"{counted(len(self.open_mails), 'mail')} of these registrations not sent yet, or uncertain"
            yield from wrapped(f"{about}: let them go out, or settle them, first, or people may have them twice")
        if self.mails:
            if flows_on:
                yield "an event is one mail, or two where an employer or a processor is told as well"
            yield f"{self.mails} of what is said or planned is mailed: --mails --confirm {self.mails} allows it"


class Forced:
    """Brings records in an epoch of their own, so that they are decided again. See `Bringing`."""

    def __init__(self, database: Database, asked: Asked, horizon: timedelta, rehearsal: Rehearsal) -> None:
        self._database = database
        self._service = asked.service
        self._horizon = horizon
        self._rehearsal = rehearsal
        self._outlook = Outlook(asked.service, forced=rehearsal.so_far)
        self._planned: set[UUID] = set()

    async def plan(self, items: Sequence[Item]) -> None:
        """Count what would come of these."""
        forcible = [item for item in await self._forcible(items) if item.id not in self._planned]
        self._planned.update(item.id for item in forcible)
        self._outlook.left_out += len(items) - len(forcible)
        if self._service == NOTIFIER.name:
            rows = await self._database.fetch(_OPEN_MAILS, [item.subject for item in forcible])
            self._outlook.open_mails.update(row["id"] for row in rows)
        await self._rehearsal.rehearse(forcible)

    @property
    def total(self) -> int:
        """How many records were planned."""
        return self._outlook.total

    def lines(self) -> Iterator[str]:
        """The plan in words."""
        return self._outlook.lines()

    def check(self, force: Force) -> None:
        """Raises ClickException when mails could follow that were not allowed, or not in this number."""
        mails = self._outlook.mails
        if not force.allows(mails):
            raise click.ClickException(
                f"people would be mailed ({mails} events or mails), and that was not confirmed: "
                f"nothing was changed. If that is right, also type --mails --confirm {mails}"
            )

    async def rows(self, items: Sequence[Item], replay: Replay) -> list[Row]:
        """The rows that bring these."""
        now = datetime.now(UTC)
        forcible = await self._forcible(items)
        return [replay_row(item, replay.id, now, LANES, effect_epoch=replay.epoch) for item in forcible]

    async def _forcible(self, items: Sequence[Item]) -> list[Received]:
        known = await what_service_knows(self._database, self._service, items)
        queued = await standing_in_queue(self._database, self._service, [item.id for item in items])
        found = {
            item.id: item
            for item in items
            if isinstance(item, Received) and is_forcible(item, known, queued, horizon=self._horizon)
        }
        return list(found.values())


@asynccontextmanager
async def forced(url: str, database: Database, asked: Asked, horizon: timedelta) -> AsyncIterator[Forced]:
    """A forced replay through the service that is asked for; its plan is made over connections that only read."""
    own = _looking_at(url, asked.service)
    pool = ReadPool(own)
    service = service_by_name(asked.service, pool)
    store = PostgresStore(own, service.kinds)
    try:
        yield Forced(database, asked, horizon, Rehearsal(service, store, SystemClock(), horizon))
    finally:
        await store.close()
        await pool.close()


def _looking_at(url: str, schema: str) -> str:
    """The administrator's URL with the search path set to this schema, and limited to reading."""
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, f"search_path={schema}", "default_transaction_read_only=on")))
    return urlunsplit(parts._replace(query=query))


_OPEN_MAILS = "select id from notifier.effect where subject = any($1::text[]) and status not in ('SENT', 'FAILED')"
