"""The lanes a worker holds: epochs, the two positions, and what lies between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stream.decode import Item
from stream.errors import Fenced, StateWentBack
from stream.record import Record, TopicLane
from stream.store import AnsweredRow, Held, LaneMove, Store
from stream.transport import Transport

_CATCH_UP_WAIT_S = 1.0
_SILENT_ROUNDS_MAX = 30


@dataclass(frozen=True)
class Gap:
    """What is settled and perhaps not published: records between the two positions, and rows not yet removed."""

    records: Sequence[Record]
    rows: Sequence[AnsweredRow]
    offsets: Mapping[TopicLane, int]
    generation: int


class Lanes:
    """What one worker knows about its lanes. Anything doubtful makes it stale, and it is read anew."""

    def __init__(self, transport: Transport, store: Store, batch_records_max: int) -> None:
        self._transport = transport
        self._batch_records_max = batch_records_max
        self._store = store
        self._epochs: dict[int, int] = {}
        self._settled: dict[TopicLane, int] = {}
        self._caught_up = False
        self.generation = -1

    @property
    def held(self) -> frozenset[int]:
        """The lanes held under an epoch of this worker's."""
        return frozenset(self._epochs)

    def stale(self) -> bool:
        """Whether the lanes have to be taken over before anything fresh is taken."""
        return not self._caught_up or self._transport.assignment().generation != self.generation

    def forget(self) -> None:
        """Nothing known about the lanes is certain any more."""
        self._caught_up = False

    def caught_up(self) -> None:
        """Both positions are one."""
        self._caught_up = True

    async def take_over(self) -> Gap:
        """Raise the epochs, compare the two positions, and read what lies between them.

        Raises:
            StateWentBack: one of the positions is behind what was acknowledged before.
        """
        assignment = self._transport.assignment()
        lanes = assignment.lanes
        self.generation = assignment.generation
        held = await self._store.take_over(lanes) if lanes else {}
        self._epochs = {lane: one.epoch for lane, one in held.items()}
        committed = await self._transport.committed(lanes) if lanes else {}
        begun = await self._begin(committed, held)
        starts = {place: offset for place, offset in committed.items() if offset is not None} | begun
        self._settled = {place: held[place.lane].settled.get(place.topic, starts[place]) for place in committed}
        self._transport.seek(starts)
        behind = {place: end for place, end in self._settled.items() if starts[place] < end}
        records = await self._read(starts, behind)
        rows = await self._store.answered(lanes) if lanes else ()
        return Gap(records, rows, behind | begun, self.generation)

    async def _begin(self, committed: Mapping[TopicLane, int | None], held: Mapping[int, Held]) -> dict[TopicLane, int]:
        """First starts begin at the earliest; every other position that is missing was lost."""
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
        """Raise Fenced if the positions are of different moments: another worker went on between their reading."""
        now = await self._store.take_over(held)
        if any(now[lane].epoch != one.epoch + 1 for lane, one in held.items()):
            raise Fenced("another worker took the lanes over")

    async def _read(self, starts: Mapping[TopicLane, int], ends: Mapping[TopicLane, int]) -> Sequence[Record]:
        positions = {place: starts[place] for place in ends}
        records: list[Record] = []
        silent_rounds = 0
        while places := [place for place, end in ends.items() if positions[place] < end]:
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
        """How a batch moves the settled positions of its lanes."""
        moves = []
        for lane in sorted({item.lane for item in batch}):
            if lane not in self._epochs:
                raise Fenced
            after = {place.topic: end for place, end in offsets.items() if place.lane == lane}
            before = {topic: self._settled[TopicLane(topic, lane)] for topic in after}
            moves.append(LaneMove(lane, self._epochs[lane], before, after))
        return moves

    def settled_up_to(self, offsets: Mapping[TopicLane, int]) -> None:
        """Postgres has acknowledged these positions."""
        self._settled.update(offsets)
