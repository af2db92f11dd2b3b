"""What the worker needs of Kafka."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from schemas.events import DeadLettered
from schemas.flow import Party
from stream.record import Message, Record, TopicLane


@dataclass(frozen=True, slots=True)
class Membership:
    """The group that a worker joins, and the topics that it reads and writes."""

    group: str
    topics: tuple[str, ...]
    produces: tuple[str, ...] = ()

    @classmethod
    def of(cls, party: Party) -> Self:
        """The membership of a service of ours, which may also publish dead letters."""
        emitted = (*(event.name for event in party.emits), DeadLettered.name)
        return cls(party.name, tuple(event.name for event in party.consumes), emitted)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which lanes this worker holds. `generation` counts up with every rebalance it took part in."""

    generation: int
    lanes: frozenset[int]


class Transport(Protocol):
    """One member of one consumer group, and a producer. Called by one worker, one call at a time.

    Every method may raise TransportUnavailable; none blocks for longer than its own deadline, `publish` excepted.
    """

    async def start(self) -> None:
        """Join the group. Raises TopicsUnfit when topics are missing or differ in partitions."""

    def assignment(self) -> Assignment:
        """The lanes held now; a lane counts when the partition of every consumed topic is held. Never blocks."""

    async def committed(self, lanes: frozenset[int]) -> Mapping[TopicLane, int | None]:
        """The committed offset of each consumed topic on these lanes; None where nothing ever was.

        While the broker does not know it yet, as it is loading the group, this waits or raises, and never says None.
        """

    async def beginnings(self, places: Sequence[TopicLane]) -> Mapping[TopicLane, int]:
        """The first offset that still exists in each of these places."""

    def seek(self, positions: Mapping[TopicLane, int]) -> None:
        """Let `receive` go on from these offsets. Lanes that are no longer held are ignored."""

    async def receive(self, max_records: int, timeout_s: float, places: Sequence[TopicLane] = ()) -> Sequence[Record]:
        """The next records of the lanes held (or of these places only), in order per partition.

        Waits up to the timeout for the first. If it returns few or none, there may be more all the same. Raises
        StateWentBack if a position is out of the log's range, TopicsUnfit if partitions were added or a topic was
        deleted.
        """

    async def publish(self, messages: Sequence[Message]) -> None:
        """Write the messages, in order per topic and lane; returns when the broker has acknowledged all of them.

        After an error, or if it was cancelled, any of them may have been written. Raises PublishRefused if the broker
        does not accept a message at all; after that, this member can publish nothing more.
        """

    async def commit(self, offsets: Mapping[TopicLane, int], generation: int) -> None:
        """Move the committed offsets. Raises Fenced if the group has been rebalanced since this generation."""

    def let_go(self) -> None:
        """The last batch has ended, successfully or not: the lanes may be handed over. Never blocks."""

    async def lag(self) -> int:
        """How many records of the lanes held lie beyond this worker's position.

        Raises TransportUnavailable if Kafka does not answer, also to a member that holds no lane.
        """

    def seen_lag(self) -> Mapping[str, int]:
        """The same by consumed topic, as the last fetches told; sends no request. Any thread may call it."""

    async def close(self) -> None:
        """Leave the group."""
