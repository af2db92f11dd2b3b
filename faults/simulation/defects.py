"""Defects: each is the loss of one rule of the guarantee. Here alone; the product has no switch for any."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from faults.simulation.clock import ProcessClock
from faults.simulation.ledger import SimulatedLedger
from faults.simulation.older_database import OlderDatabase
from faults.simulation.transport import SimulatedTransport
from schemas.events import ProvisioningRefused, ProvisioningReported
from schemas.flow import NOTIFIER, PROVISIONING
from services.notifier.ledger import MailClaim, Move, Status
from services.provisioning.documents import LinkStage, Provisioning
from stream.document import DocumentKey
from stream.memory.disturbance import Moment
from stream.memory.store import MemoryStore
from stream.record import Message, TopicLane
from stream.service import Case, Emit, Ignore, Outcome
from stream.store import Reading, Row, RowKind, Settlement
from stream.worker import Published, Settled, Worker

_LATER_S = 0.5


class MovesPositionFirst(Worker):
    """Commits before the broker has acknowledged."""

    async def _say(self, settled: Settled) -> None:
        await self.commit(Published(settled.offsets, settled.rows, settled.generation))
        await self.publish(settled)


class SkipsCatchUp(Worker):
    """Takes lanes over without publishing what lies between their two positions."""

    async def _catch_up(self) -> int:
        await self.check_brake()
        gap = await self._lanes.next_gap()
        await self.commit(Published(gap.offsets, gap.rows, gap.generation))
        self._lanes.note_caught_up(gap)
        return len(gap.records)


class MailsNobody(Worker):
    """Has a notifier that finds nobody to mail of a connection that will not work."""

    def __post_init__(self) -> None:
        """As the parent, and each time that such an event comes its answer is to ignore it."""
        super().__post_init__()
        if self.service.name == NOTIFIER.name:
            self.service = replace(self.service, decide=self._found_nobody(self.service.decide))

    def _found_nobody(self, decide: Callable[[Case[Any]], Outcome]) -> Callable[[Case[Any]], Outcome]:
        return lambda case: Ignore("NO_ADDRESS") if isinstance(case.cause, ProvisioningRefused) else decide(case)


class HearsNoStop(Worker):
    """Has a provisioning that asks nobody for what a link needs that works."""

    def __post_init__(self) -> None:
        """As the parent, and what a report on such a link leads to is not said."""
        super().__post_init__()
        if self.service.name == PROVISIONING.name:
            self.service = replace(self.service, decide=self._asked_nobody(self.service.decide))

    def _asked_nobody(self, decide: Callable[[Case[Any]], Outcome]) -> Callable[[Case[Any]], Outcome]:
        def decided(case: Case[Any]) -> Outcome:
            outcome, known = decide(case), case.documents.get(Provisioning, case.subject)
            link = known.link(case.cause.connection) if known and isinstance(case.cause, ProvisioningReported) else None
            works = link is not None and link.stage is LinkStage.REALISED
            return replace(outcome, events=()) if works and isinstance(outcome, Emit) else outcome

        return decided


class SaysSentFirst(SimulatedLedger):
    """Writes SENT when the body is about to be sent."""

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        """As the parent, and too early."""
        moved = await super().move(moves)
        sent = [Move(move.claim, Status.SENT) for move in moves if move.to is Status.BODY_STARTED]
        await self._book.rows.move(sent)
        return moved


class QueuesSentLater(SimulatedLedger):
    """Queues that a mail is sent in a transaction of its own, after the one that notes it."""

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        """As the parent, in two."""
        moved = await super().move(moves)
        rows = self._book.queue()
        apart = {move.claim.id: rows.pop(move.claim.id) for move in moves if move.claim.id in rows}
        await self._disturb("move", Moment.AFTER)
        self._book.queue().update(apart)
        return moved


class LooksNothingUp(MemoryStore):
    """Decides about a record as if it came for the first time."""

    async def read(
        self,
        ids: Collection[UUID] = (),
        keys: Collection[str] = (),
        taken: Collection[UUID] = (),
        documents: Collection[DocumentKey] = (),
    ) -> Reading:
        """As the parent, with an empty journal."""
        return (await super().read(ids, keys, taken, documents))._replace(recorded={})

    async def settle(self, settlement: Settlement) -> None:
        """As the parent; what stands is left as it is."""
        tables = self._database.tables
        journal = [entry for entry in settlement.journal if entry.id not in tables.journal]
        new_rows = [row for row in settlement.new_rows if row.id not in tables.rows]
        await super().settle(replace(settlement, journal=journal, new_rows=new_rows))


class WritesDocumentsApart(MemoryStore):
    """Writes documents in a transaction of their own, after the rest."""

    async def settle(self, settlement: Settlement) -> None:
        """All but the documents as the parent; the documents after it, so that a crash between loses them."""
        await super().settle(replace(settlement, states={}))
        await self._write("settle documents", lambda tables: tables.states.update(settlement.states))


class ChecksNoEpoch(MemoryStore):
    """Settles whoever holds the lane."""

    async def settle(self, settlement: Settlement) -> None:
        """As if every epoch were right."""
        lanes = self._database.tables.lanes
        moves = [replace(move, epoch=lanes[move.lane].epoch, before={}) for move in settlement.moves]
        await super().settle(replace(settlement, moves=moves))


class ParksLater(MemoryStore):
    """Puts what is parked into the queue some time after, and does not look whether that went well."""

    async def settle(self, settlement: Settlement) -> None:
        """Without the parked rows."""
        parked = [row for row in settlement.new_rows if row.kind is RowKind.PARKED]
        rest = [row for row in settlement.new_rows if row.kind is not RowKind.PARKED]
        await super().settle(replace(settlement, new_rows=rest))
        if parked:
            self._parking = asyncio.create_task(self._park(parked))

    async def _park(self, rows: Sequence[Row]) -> None:
        await self._disturb("park", Moment.BEFORE)
        await asyncio.sleep(_LATER_S)
        tables = self._database.tables
        tables.rows |= {row.id: tables.queued(row) for row in rows}


class BlocksNothing(MemoryStore):
    """Lets the later events of a parked record's key through."""

    async def read(
        self,
        ids: Collection[UUID] = (),
        keys: Collection[str] = (),
        taken: Collection[UUID] = (),
        documents: Collection[DocumentKey] = (),
    ) -> Reading:
        """As the parent, without what is blocked."""
        return (await super().read(ids, keys, taken, documents))._replace(blocked={})


class ComparesOnlyWhatIsThere(MemoryStore):
    """Guards a shared document only if it exists, as a lock on a row that does not exist guards nothing."""

    async def settle(self, settlement: Settlement) -> None:
        """Without the new ones."""
        standing = {key: revision for key, revision in settlement.shared.items() if revision}
        await super().settle(replace(settlement, shared=standing))


class DrawsIds(SimulatedTransport):
    """Gives an event another id each time that it is published."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """As the parent, under random ids."""
        await super().publish([message._replace(headers=self._drawn(message)) for message in messages])

    def _drawn(self, message: Message) -> tuple[tuple[str, bytes], ...]:
        drawn = str(UUID(int=self.world.random.getrandbits(128), version=4)).encode()
        return tuple((name, drawn if name == "ce_id" else value) for name, value in message.headers)


class MeasuresByTheWall(ProcessClock):
    """Measures durations by a clock that can be set."""

    def monotonic(self) -> float:
        """Seconds on the wall."""
        return self.now().timestamp()


class LetsMailsGo(OlderDatabase):
    """Starts the services on an older ledger without holding its mails back."""

    def _hold_mails_back(self) -> None:
        """Leave them as they are."""


class MovesPositionsForward(OlderDatabase):
    """Sets every committed offset to the settled one, also where that is further."""

    def _put_position_back(self, service: str, place: TopicLane) -> None:
        super()._put_position_back(service, place)
        held = self._world.databases[service].tables.lanes.get(place.lane)
        if held and place.topic in held.settled:
            self._world.broker.group(service).committed[place] = held.settled[place.topic]
