"""Kafka in memory: the logs of some topics, and the groups that read them. No threads, no real time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from stream.errors import TransportUnavailable
from stream.record import RawHeaders, Record, TopicLane


class Member(Protocol):
    """Who takes part in a group."""

    def assigned(self, lanes: frozenset[int]) -> None:
        """The group was rebalanced: these lanes are this member's now, and no others are."""


@dataclass(slots=True)
class Log:
    """One partition: the records from offset `begin` on."""

    begin: int = 0
    records: list[Record] = field(default_factory=list)

    @property
    def end(self) -> int:
        """The offset that the next record will have."""
        return self.begin + len(self.records)


@dataclass(slots=True)
class Group:
    """The members in the order of their joining, and how far the group has committed."""

    members: list[Member] = field(default_factory=list)
    committed: dict[TopicLane, int] = field(default_factory=dict)


class MemoryBroker:
    """Every topic has the same number of partitions. Records may be written and looked at by anybody, at any time."""

    def __init__(self, topics: Iterable[str], lanes: int) -> None:
        self.lanes = lanes
        self.logs = {TopicLane(topic, lane): Log() for topic in topics for lane in range(lanes)}
        self._groups: dict[str, Group] = {}

    def write(self, place: TopicLane, key: bytes | None, value: bytes | None, headers: RawHeaders = ()) -> Record:
        """Append what anybody may have published, and acknowledge it. Raises TransportUnavailable."""
        log = self.logs.get(place)
        if log is None:
            raise TransportUnavailable("no such topic or partition")
        record = Record(place.topic, place.lane, log.end, key, value, headers)
        log.records.append(record)
        return record

    def records(self, topic: str) -> list[Record]:
        """What stands in a topic, per partition in order."""
        return [record for place, log in self.logs.items() if place.topic == topic for record in log.records]

    def expire(self, place: TopicLane, begin: int) -> None:
        """Let retention remove what lies before this offset."""
        log = self.logs[place]
        del log.records[: begin - log.begin]
        log.begin = begin

    def group(self, name: str) -> Group:
        """What the coordinator knows about a group."""
        group = self._groups.get(name)
        if group is None:
            group = self._groups[name] = Group()
        return group

    def join(self, name: str, member: Member) -> None:
        """Take a member in and rebalance."""
        self.group(name).members.append(member)
        self.rebalance(name)

    def drop(self, name: str, member: Member) -> None:
        """Hand a member's lanes to the others: it leaves, or its session timed out and it does not know (a zombie)."""
        members = self.group(name).members
        if member in members:
            members.remove(member)
            self.rebalance(name)

    def rebalance(self, name: str) -> None:
        """Take all lanes away from everybody and hand them out again, by range and order of joining."""
        members = self.group(name).members
        for member, lanes in zip(members, _ranges(self.lanes, len(members)), strict=True):
            member.assigned(lanes)


def _ranges(lanes: int, members: int) -> Iterator[frozenset[int]]:
    start = 0
    for index in range(members):
        size = lanes // members + (index < lanes % members)
        yield frozenset(range(start, start + size))
        start += size
