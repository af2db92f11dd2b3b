"""The transport in memory: what the worker sees of Kafka, without Kafka."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from stream.clock import Clock
from stream.errors import Fenced, PublishRefused, StateWentBack, TopicsUnfit, TransportUnavailable
from stream.memory.broker import Log, MemoryBroker
from stream.memory.disturbance import Disturbance, Moment, undisturbed
from stream.record import Message, Record, TopicLane
from stream.transport import Assignment, Membership

MESSAGE_BYTES_MAX = 1_048_000
"""About what a broker takes by default."""


class MemoryTransport:
    """A `Transport`. A rebalance takes effect at once: a batch under way is fenced when it is committed.

    A member whose session timed out learns it when it receives or commits next, and joins again.
    """

    def __init__(
        self, broker: MemoryBroker, membership: Membership, clock: Clock, disturb: Disturbance = undisturbed
    ) -> None:
        self._broker = broker
        self._membership = membership
        self._clock = clock
        self._disturb = disturb
        self._assignment = Assignment(0, frozenset())
        self._positions: dict[TopicLane, int] = {}
        self._held: list[tuple[TopicLane, Log]] = []
        self._turn = 0
        self._open = False

    async def start(self) -> None:
        await self._disturb("start", Moment.BEFORE)
        topics = {place.topic for place in self._broker.logs}
        missing = [name for name in (*self._membership.topics, *self._membership.produces) if name not in topics]
        if missing:
            raise TopicsUnfit(f"every topic needs {self._broker.lanes} partitions: {', '.join(missing)} has none")
        self._open = True
        self._broker.join(self._membership.group, self)

    def assigned(self, lanes: frozenset[int]) -> None:
        """Called by the broker at a rebalance."""
        self._assignment = Assignment(self._assignment.generation + 1, lanes)
        self._held = self._logs(self._places(lanes))
        self._positions = {}
        self._turn = 0

    def assignment(self) -> Assignment:
        return self._assignment

    async def committed(self, lanes: frozenset[int]) -> Mapping[TopicLane, int | None]:
        await self._call("committed")
        committed = self._broker.group(self._membership.group).committed
        return {place: committed.get(place) for place in self._places(lanes)}

    async def beginnings(self, places: Sequence[TopicLane]) -> Mapping[TopicLane, int]:
        await self._call("beginnings")
        return {place: self._broker.logs[place].begin for place in places}

    def seek(self, positions: Mapping[TopicLane, int]) -> None:
        lanes = self._assignment.lanes
        self._positions.update({place: offset for place, offset in positions.items() if place.lane in lanes})

    async def receive(self, max_records: int, timeout_s: float, places: Sequence[TopicLane] = ()) -> Sequence[Record]:
        """Take what is there; where nothing is, look once more when the timeout is over."""
        await self._call("receive")
        if not self._is_member():
            self._broker.join(self._membership.group, self)
        taken = self._take(max_records, places)
        if not taken and timeout_s > 0:
            await self._clock.sleep(timeout_s)
            taken = self._take(max_records, places)
        await self._disturb("receive", Moment.AFTER)
        return taken

    def _places(self, lanes: frozenset[int]) -> list[TopicLane]:
        ordered = sorted(lanes)
        return [TopicLane(topic, lane) for topic in self._membership.topics for lane in ordered]

    def _take(self, max_records: int, places: Sequence[TopicLane]) -> list[Record]:
        taken: list[Record] = []
        positions = self._positions
        for place, log in self._logs(places) if places else self._in_turn():
            position = positions.get(place)
            if position is None:
                position = self._position(place)
            start = position - log.begin
            if start == len(log.records):
                continue
            if not 0 <= start < len(log.records):
                raise StateWentBack(f"{place.topic}/{place.lane}: position {position} is outside the log")
            found = log.records[start : start + max_records - len(taken)]
            taken += found
            positions[place] = position + len(found)
            if len(taken) >= max_records:
                break
        return taken

    def _logs(self, places: Sequence[TopicLane]) -> list[tuple[TopicLane, Log]]:
        return [(place, self._broker.logs[place]) for place in places]

    def _in_turn(self) -> list[tuple[TopicLane, Log]]:
        """All places held, each time beginning with another, so that a full one delays no other."""
        self._turn = (self._turn + 1) % max(len(self._held), 1)
        return self._held[self._turn :] + self._held[: self._turn]

    def _position(self, place: TopicLane) -> int:
        if place.lane not in self._assignment.lanes:
            raise Fenced("the partition is not assigned")
        position = self._positions.get(place)
        if position is None:
            position = self._broker.group(self._membership.group).committed.get(place)
        if position is None:
            raise TransportUnavailable("no position")
        return position

    async def publish(self, messages: Sequence[Message]) -> None:
        """Write partition after partition: a disturbance may leave some written."""
        by_place: dict[TopicLane, list[Message]] = defaultdict(list)
        for message in messages:
            by_place[TopicLane(message.topic, message.lane)].append(message)
        for place, group in by_place.items():
            await self._call("publish")
            if any(len(message.value) > MESSAGE_BYTES_MAX for message in group):
                raise PublishRefused("a message is too large")
            for message in group:
                self._broker.write(place, message.key.encode(), message.value, message.headers)
        await self._disturb("publish", Moment.AFTER)

    async def commit(self, offsets: Mapping[TopicLane, int], generation: int) -> None:
        await self._call("commit")
        if not self._is_member():
            self._broker.join(self._membership.group, self)
            raise Fenced("the session timed out")
        if generation != self._assignment.generation or not self._assignment.lanes.issuperset(
            place.lane for place in offsets
        ):
            raise Fenced("rebalanced")
        self._broker.group(self._membership.group).committed.update(offsets)
        await self._disturb("commit", Moment.AFTER)

    def let_go(self) -> None:
        """No rebalance waits here."""

    async def lag(self) -> int:
        await self._call("lag")
        return sum(log.end - self._position(place) for place, log in self._held)

    def seen_lag(self) -> Mapping[str, int]:
        lag = dict.fromkeys(self._membership.topics, 0)
        for place, log in self._held:
            lag[place.topic] += log.end - self._positions.get(place, log.end)
        return lag

    async def close(self) -> None:
        self._open = False
        self._broker.drop(self._membership.group, self)
        self._assignment = Assignment(self._assignment.generation + 1, frozenset())

    async def _call(self, name: str) -> None:
        await self._disturb(name, Moment.BEFORE)
        if not self._open:
            raise TransportUnavailable("not started")

    def _is_member(self) -> bool:
        return self in self._broker.group(self._membership.group).members
