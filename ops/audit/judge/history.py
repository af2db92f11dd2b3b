"""The evidence, indexed: what each record is, where each journal has it, and what was said about each registration."""

from collections import defaultdict
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from ops.audit.judge import recipes
from ops.audit.judge.evidence import Emitted, Evidence, JournalRow, Place, QueueRow, Tables
from ops.audit.judge.heading import Heading, data_of, heading_of
from ops.audit.judge.seen import Seen, seen_as

OUR_SOURCE = "urn:salariskoppeling:"
DEAD_LETTERS = "dead-lettered"

_NO_TABLES = Tables()
_CLOCKS_APART = timedelta(days=1)


class Standing(StrEnum):
    """What became of a record in one service."""

    DONE = "done"
    PARKED = "parked"
    MOVED = "moved"
    IN_FLIGHT = "in flight"
    FORGOTTEN = "forgotten"
    MISSING = "missing"


class Issue(NamedTuple):
    """An event in a journal row, to be published."""

    service: str
    row: JournalRow
    event: Emitted
    heading: Heading


class Fact(NamedTuple):
    """One event of ours, however often its topic has it; `entry` is the id that it would have in a journal."""

    topic: str
    id: str
    subject: str
    time: str
    entry: UUID
    data: dict[str, Any]


class History:
    """The indexes over the evidence of one verdict; each is made when it is first needed."""

    def __init__(self, evidence: Evidence, *, at_rest: bool) -> None:
        self.evidence = evidence
        self.at_rest = at_rest
        self.whole = evidence.since is None
        self.services = tuple(party for party in evidence.parties if party.ours)
        self._sources = {OUR_SOURCE + party.name for party in self.services}

    def tables(self, service: str) -> Tables:
        """The service's tables; empty when the evidence has none."""
        return self.evidence.tables.get(service, _NO_TABLES)

    def is_ours(self, one: "Seen") -> bool:
        """Whether the record names a service of ours as its source."""
        return one.heading.source in self._sources

    @cached_property
    def seen(self) -> dict[str, list[Seen]]:
        """Every record by topic, in order within each partition."""
        found: dict[str, list[Seen]] = defaultdict(list)
        for place, log in sorted(self.evidence.logs.items()):
            fence = log.end if log.fence is None else log.fence
            found[place.topic] += [seen_as(record, late=record.offset >= fence) for record in log.records]
        return found

    @cached_property
    def ids(self) -> dict[str, set[str]]:
        """The ids of the events in each topic."""
        return {topic: {one.heading.id for one in seen} for topic, seen in self.seen.items()}

    @cached_property
    def first_times(self) -> dict[Place, str]:
        """The time of the first event that was read in each partition; empty where that was read from the beginning."""
        return {
            place: heading_of(log.records[0].headers).time if log.start and log.records else ""
            for place, log in self.evidence.logs.items()
        }

    def may_be_removed(self, topic: str, subject: str, time: str = "") -> bool:
        """Whether what was said about a registration, then or at an unknown time, may lie before what was read."""
        said, lanes = said_at(time), self._lanes.get(subject)
        places = [place for place in self.places[topic] if lanes is None or place.partition in lanes]
        begins = [said_at(self.first_times[place]) for place in places if self.evidence.logs[place].start]
        return any(said is None or begin is None or said <= begin for begin in begins)

    @cached_property
    def _lanes(self) -> dict[str, set[int]]:
        """The lanes in which each registration is spoken of, by the documents about it."""
        found: dict[str, set[int]] = defaultdict(set)
        for tables in self.evidence.tables.values():
            for row in tables.states:
                if row.lane >= 0:
                    found[row.key].add(row.lane)
        return found

    @cached_property
    def journals(self) -> dict[str, dict[UUID, JournalRow]]:
        """Each service's journal."""
        return {party.name: {row.id: row for row in self.tables(party.name).journal} for party in self.services}

    @cached_property
    def queues(self) -> dict[str, dict[UUID, QueueRow]]:
        """Each service's redelivery queue."""
        return {party.name: {row.id: row for row in self.tables(party.name).queue} for party in self.services}

    @cached_property
    def answered(self) -> dict[str, set[UUID | None]]:
        """By service, the journal entries whose rows are not removed or freed yet."""
        return {service: {row.answered_by for row in rows.values()} for service, rows in self.queues.items()}

    @cached_property
    def issues(self) -> list[Issue]:
        """Every event in a journal."""
        return [
            Issue(party.name, row, event, heading_of(event.headers))
            for party in self.services
            for row in self.tables(party.name).journal
            for event in row.events
        ]

    @cached_property
    def facts(self) -> dict[str, list[Fact]]:
        """What our services said, by topic, each once; recorded or published."""
        found: dict[tuple[str, str], Fact] = {}
        for issue in self.issues:
            _add(found, issue.event.topic, issue.heading, issue.event.value)
        for topic, seen in self.seen.items():
            for one in seen:
                if self.is_ours(one):
                    _add(found, topic, one.heading, one.record.value)
        by_topic: dict[str, list[Fact]] = defaultdict(list)
        for fact in found.values():
            by_topic[fact.topic].append(fact)
        return by_topic

    def row_of(self, service: str, one: Seen) -> JournalRow | None:
        """What this service recorded about the record: under its event's id, as a second body, or by its place."""
        journal = self.journals[service]
        found = journal.get(one.entry)
        if found is not None and found.hash == one.body:
            return found
        if found is not None:
            second = journal.get(recipes.entry_of_second_body(one.entry, one.body))
            if second is not None:
                return second
        return journal.get(recipes.entry_of_place(*one.record[:3]))

    def entry(self, service: str, fact: Fact) -> JournalRow | None:
        """What this service recorded about an event of ours."""
        return self.journals.get(service, {}).get(fact.entry)

    def may_forget(self, service: str, time: str) -> bool:
        """Whether this service's journal may have lost, by pruning, what was said at this time or because of it."""
        line, said = self.tables(service).pruned_up_to, said_at(time)
        return line is not None and said is not None and said < line

    @cached_property
    def said_by(self) -> dict[str, dict[str, list[Issue]]]:
        """By service and registration, the events that its document counts."""
        found: dict[str, dict[str, list[Issue]]] = {party.name: defaultdict(list) for party in self.services}
        for issue in self.issues:
            if issue.event.topic != DEAD_LETTERS:
                found[issue.service][issue.heading.subject].append(issue)
        return found

    @cached_property
    def curtailed_by(self) -> dict[str, set[str]]:
        """By service with a pruned journal, the registrations about which that has less than was said."""
        return {
            party.name: {
                row.key
                for row in self.tables(party.name).states
                if row.lane >= 0 and row.revision > len(self.said_by[party.name].get(row.key, ()))
            }
            for party in self.services
            if self.tables(party.name).pruned_up_to is not None
        }

    @cached_property
    def curtailed(self) -> set[str]:
        """The registrations about which some pruned journal has less than was said."""
        return set().union(*self.curtailed_by.values())

    def current(self, topic: str) -> list[Fact]:
        """The facts of a topic, without those whose consequences may be forgotten."""
        return [
            fact for fact in self.facts.get(topic, ()) if fact.subject not in self.curtailed or not self.is_past(fact)
        ]

    def is_past(self, fact: Fact) -> bool:
        """Whether it was said before the latest pruning: some service may have forgotten what it made of it."""
        moment, since = said_at(fact.time), self._judged_since
        return moment is not None and since is not None and moment < since

    @cached_property
    def _judged_since(self) -> datetime | None:
        lines = [tables.pruned_up_to for tables in self.evidence.tables.values() if tables.pruned_up_to is not None]
        return max(lines) + _CLOCKS_APART if lines else None

    @cached_property
    def standings(self) -> dict[str, list[tuple[Seen, Standing]]]:
        """By service, what became of each record that it was given; without those that came while the rest was read."""
        return {
            party.name: [
                (one, self._standing(party.name, one))
                for topic in party.consumes
                for one in self.seen.get(topic, ())
                if not one.late
            ]
            for party in self.services
        }

    @cached_property
    def places(self) -> dict[str, list[Place]]:
        """The partitions of each topic."""
        found: dict[str, list[Place]] = defaultdict(list)
        for place in self.evidence.logs:
            found[place.topic].append(place)
        return found

    def _standing(self, service: str, one: Seen) -> Standing:
        row = self.row_of(service, one)
        if row is not None:
            return Standing.PARKED if row.outcome == "park" else Standing.DONE
        if recipes.moved_row(one.entry, one.body) in self.queues[service]:
            return Standing.MOVED
        if one.record.offset >= self.settled(service, one.place):
            return Standing.IN_FLIGHT
        return Standing.FORGOTTEN if self.may_forget(service, one.heading.time) else Standing.MISSING

    def settled(self, service: str, place: Place) -> int:
        """The offset up to which records are settled, by Postgres; 0 where it has none."""
        lane = self.tables(service).lanes.get(place.partition)
        return lane.settled.get(place.topic, 0) if lane else 0

    def committed(self, group: str, place: Place) -> int:
        """The offset up to which the group has committed; 0 when it never did."""
        return self.evidence.committed.get(group, {}).get(place, 0)

    @cached_property
    def delivered(self) -> dict[str, dict[UUID, list[Seen]]]:
        """By service and journal entry, the records that were answered with it."""
        found: dict[str, dict[UUID, list[Seen]]] = {}
        for party in self.services:
            mine: dict[UUID, list[Seen]] = defaultdict(list)
            for topic in party.consumes:
                for one in self.seen.get(topic, ()):
                    row = self.row_of(party.name, one)
                    if row is not None:
                        mine[row.id].append(one)
            found[party.name] = mine
        return found

    def is_pending(self, service: str, row: JournalRow) -> bool:
        """Whether the outcome may not be published yet: nothing was committed past its record."""
        if row.id in self.answered[service]:
            return True
        records = self.delivered[service].get(row.id, ())
        return any(one.record.offset >= self.committed(service, one.place) for one in records)


def _add(found: dict[tuple[str, str], Fact], topic: str, heading: Heading, value: bytes | None) -> None:
    if (topic, heading.id) not in found:
        said = (topic, heading.id, heading.subject, heading.time)
        found[topic, heading.id] = Fact(*said, recipes.entry_of(heading.source, heading.id), data_of(value))


def said_at(written: str) -> datetime | None:
    """The moment in an event's `time`; None when it has no valid one."""
    try:
        moment = datetime.fromisoformat(written.upper())
    except ValueError:
        return None
    return moment if moment.tzinfo else None
