"""The lanes a worker holds: epochs, the two positions, and the gap between them.

The gap may be larger than a worker's memory or one statement of the journal allows, so it is read in stretches. The
last stretch has the newest settled records, and the rows: at most one batch of any worker is unpublished, and that is
put in order of revision as a whole. Everything before was published in its order, and is only repeated.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stream.decode import Item
from stream.errors import Fenced, StateWentBack
from stream.limits import BATCH_RECORDS_MAX
from stream.record import Record, TopicLane
from stream.store import Held, LaneMove, Store, UnpublishedRow
from stream.transport import Transport

_CATCH_UP_WAIT_S = 1.0
_SILENT_ROUNDS_MAX = 30


@dataclass(frozen=True)
class Gap:
    """A stretch of settled, perhaps unpublished outcomes: records of the gap, and with the last of them the rows."""

    records: Sequence[Record]
    rows: Sequence[UnpublishedRow]
    offsets: Mapping[TopicLane, int]
    generation: int
    is_last: bool


class Lanes:
    """What one worker knows about its lanes. Any doubt makes that stale, and it is read anew."""

    def __init__(self, transport: Transport, store: Store, batch_records_max: int) -> None:
        self._transport = transport
        self._batch_records_max = batch_records_max
        self._store = store
        self._epochs: dict[int, int] = {}
        self._settled: dict[TopicLane, int] = {}
        self._begun: dict[TopicLane, int] = {}
        self._published: dict[TopicLane, int] = {}
        self._behind: dict[TopicLane, int] = {}
        self._taken_over = False
        self._caught_up = False
        self.generation = -1

    @property
    def held(self) -> frozenset[int]:
        """The lanes held under this worker's own epoch."""
        return frozenset(self._epochs)

    def stale(self) -> bool:
        """Whether the lanes have to be taken over, or their gap published, before anything new is taken."""
        return not self._caught_up or self._transport.assignment().generation != self.generation

    def are_taken_over(self) -> bool:
        """Whether the lanes held now were taken over since the last rebalance or error."""
        return self._taken_over and self._transport.assignment().generation == self.generation

    def forget(self) -> None:
        """Treat everything known about the lanes as doubtful."""
        self._taken_over = self._caught_up = False

    def note_caught_up(self, gap: Gap) -> None:
        """Note that this stretch is published; after the last one the two positions are equal."""
        self._caught_up = gap.is_last

    async def next_gap(self) -> Gap:
        """Read the next stretch of the gap, once the lanes are taken over."""
        if not self.are_taken_over():
            await self._take_over()
        before_last = {place: end - BATCH_RECORDS_MAX for place, end in self._behind.items()}
        if records := await self._read(before_last, BATCH_RECORDS_MAX):
            read = {TopicLane(record.topic, record.partition) for record in records}
            return Gap(records, (), {place: self._published[place] for place in read}, self.generation, is_last=False)
        records = await self._read(self._behind)
        rows = await self._store.unpublished(self.held) if self.held else ()
        return Gap(records, rows, self._behind | self._begun, self.generation, is_last=True)

    async def _take_over(self) -> None:
        """Raise the epochs and compare the two positions.

        Raises:
            StateWentBack: one of the positions is behind what was acknowledged before.
        """
        self.forget()
        assignment = self._transport.assignment()
        lanes = assignment.lanes
        self.generation = assignment.generation
        held = await self._store.take_over(lanes) if lanes else {}
        self._epochs = {lane: one.epoch for lane, one in held.items()}
        committed = await self._transport.committed(lanes) if lanes else {}
        self._begun = await self._begin(committed, held)
        starts = {place: offset for place, offset in committed.items() if offset is not None} | self._begun
        self._settled = {place: held[place.lane].settled.get(place.topic, starts[place]) for place in committed}
        self._transport.seek(starts)
        self._behind = {place: end for place, end in self._settled.items() if starts[place] < end}
        self._published = {place: starts[place] for place in self._behind}
        self._taken_over = True

    async def _begin(self, committed: Mapping[TopicLane, int | None], held: Mapping[int, Held]) -> dict[TopicLane, int]:
        """A first start begins at the earliest offset; any other missing position was lost."""
        doubtful = [
            place
            for place, offset in committed.items()
            if offset is None or offset > held[place.lane].settled.get(place.topic, -1)
        ]
        if not doubtful:
            return {}
        beginnings = await self._transport.beginnings(doubtful)
        first: dict[TopicLane, int] = {}
        for place in doubtful:
            settled = held[place.lane].settled.get(place.topic)
            at = beginnings[place]
            if (settled is not None and settled != at) or committed[place] not in (None, at):
                await self._confirm(held)
                raise StateWentBack(
                    f"{place.topic}/{place.lane}: committed {committed[place]}, settled {settled}, log begins at {at}"
                )
            first[place] = at
        await self._store.begin_at(first, self._epochs)
        return first

    async def _confirm(self, held: Mapping[int, Held]) -> None:
        """Raise Fenced if the positions were read at different moments: another worker went on in between."""
        now = await self._store.take_over(held)
        if any(now[lane].epoch != one.epoch + 1 for lane, one in held.items()):
            raise Fenced("another worker took the lanes over")

    async def _read(self, ends: Mapping[TopicLane, int], enough: float = math.inf) -> Sequence[Record]:
        """Read up to these ends, or until there are enough records."""
        positions = self._published
        records: list[Record] = []
        silent_rounds = 0
        while len(records) < enough and (places := [place for place, end in ends.items() if positions[place] < end]):
            received = await self._transport.receive(self._batch_records_max, _CATCH_UP_WAIT_S, places)
            silent_rounds = 0 if received else silent_rounds + 1
            for record in received:
                place = TopicLane(record.topic, record.partition)
                positions[place] = record.offset + 1
                if record.offset < ends[place]:
                    records.append(record)
                else:
                    self._transport.seek({place: ends[place]})
                    positions[place] = ends[place]
            if self._transport.assignment().generation != self.generation:
                raise Fenced
            if silent_rounds == _SILENT_ROUNDS_MAX:
                raise Fenced("the records between the two positions do not come")
        return records

    def moves(self, batch: Sequence[Item], offsets: Mapping[TopicLane, int]) -> list[LaneMove]:
        """How the batch moves its lanes' settled positions."""
        moves = []
        for lane in sorted({item.lane for item in batch}):
            if lane not in self._epochs:
                raise Fenced
            after = {place.topic: end for place, end in offsets.items() if place.lane == lane}
            before = {topic: self._settled[TopicLane(topic, lane)] for topic in after}
            moves.append(LaneMove(lane, self._epochs[lane], before, after))
        return moves

    def note_settled(self, offsets: Mapping[TopicLane, int]) -> None:
        """Postgres has acknowledged these positions."""
        self._settled.update(offsets)


def ends_of(batch: Sequence[Item]) -> dict[TopicLane, int]:
    """The offset after these records in each topic and lane; rows of the queue have none."""
    ends: dict[TopicLane, int] = {}
    for item in batch:
        if item.row is None:
            place = TopicLane(item.record.topic, item.record.partition)
            ends[place] = max(ends.get(place, 0), item.record.offset + 1)
    return ends
