"""Keylane: a company with a reliable record of its own and an unreliable way of answering.

What it says follows the sandbox's own plan. Its publisher sends twice, and partitions as it likes.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random

from faults.simulation.broker import SimulatedBroker
from faults.simulation.clock import START
from faults.simulation.loop import VirtualLoop
from sandbox.keylane.plan import Report, answers, early_reports
from sandbox.keylane.request import TOPIC, Request
from sandbox.keylane.script import Script
from schemas import codec
from schemas.envelope import Envelope
from schemas.events import ProvisioningCancelled, ProvisioningReported, ProvisioningRequested
from stream.lane import lane_of
from stream.record import Record, TopicLane

_WRONG_LANE = 0.1
_TWICE = 0.2
_APART_S = (0.0, 0.0, 1.0, 12.0)


@dataclass
class SimulatedKeylane:
    """`requests` by publisher and id, with what became of each; `said` are the reports it has published."""

    loop: VirtualLoop
    broker: SimulatedBroker
    random: Random
    script: Script
    duplicates: bool
    requests: dict[tuple[str, str], tuple[Request, str]] = field(default_factory=dict)
    planned: list[Report] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    unsaid: int = 0
    last_due_s: float = 0.0
    _positions: dict[TopicLane, int] = field(default_factory=dict)
    _cancelled: dict[tuple[str, int], int] = field(default_factory=dict)
    _highest: dict[tuple[str, int], int] = field(default_factory=dict)

    def begin(self) -> None:
        """Read requests from now on; say what is said without one."""
        for topic in (TOPIC, ProvisioningCancelled.name):
            self.broker.readers[topic] = partial(self._read, topic)
        for report in early_reports(self.script, self._now()):
            self._plan(report)

    def _read(self, topic: str) -> None:
        for lane in range(self.broker.lanes):
            place = TopicLane(topic, lane)
            log = self.broker.logs[place]
            for record in log.records[self._positions.get(place, 0) :]:
                self._take(record)
            self._positions[place] = log.end

    def _take(self, record: Record) -> None:
        decoded = codec.decode(record.topic, record.headers, record.value)
        match decoded.event:
            case ProvisioningRequested() as event:
                self._asked(event, decoded.envelope, record.partition)
            case ProvisioningCancelled() as event:
                place = decoded.envelope.subject, event.contact.connection
                self._cancelled[place] = max(event.cycle, self._cancelled.get(place, 0))
            case _:
                raise TypeError(decoded.envelope.name)

    def _asked(self, event: ProvisioningRequested, envelope: Envelope, lane: int) -> None:
        if (envelope.source, envelope.id) in self.requests:
            return
        request = Request(
            source=envelope.source, id=envelope.id, subject=envelope.subject, connection=event.contact.connection,
            cycle=event.cycle, revision=envelope.revision, correlation=envelope.correlation, lane=lane,
            received_at=self._now(), opened=True,
        )  # fmt: skip
        place = request.subject, request.connection
        outcome = self._outcome(request)
        self.requests[request.source, request.id] = (request, outcome)
        if outcome != "stale":
            self._highest[place] = request.revision or 0
        if outcome == "planned":
            for report in answers(request, self.script):
                self._plan(report)

    def _outcome(self, request: Request) -> str:
        place = request.subject, request.connection
        if (request.revision or 0) < self._highest.get(place, 0):
            return "stale"
        return "cancelled" if request.cycle <= self._cancelled.get(place, 0) else "planned"

    def _plan(self, report: Report) -> None:
        self.unsaid += 1
        self.planned.append(report)
        due_s = max((report.due_at - START).total_seconds() - self.loop.time(), 0)
        self.last_due_s = max(self.last_due_s, self.loop.time() + due_s)
        self.loop.outside(due_s + self.random.random() * 0.1, lambda: self._say(report))

    def _say(self, report: Report) -> None:
        if self.loop.time() < self.broker.down_until_s:
            self.loop.outside(self.broker.down_until_s - self.loop.time() + 0.01, lambda: self._say(report))
            return
        self.unsaid -= 1
        if report.cycle <= self._cancelled.get((report.subject, report.connection), 0):
            self.planned.remove(report)
            return
        self.said.add(report.key)
        self._publish(report)
        if self.duplicates and self.random.random() < _TWICE:
            self.unsaid += 1
            self.loop.outside(self.random.choice(_APART_S), lambda: self._again(report))

    def _again(self, report: Report) -> None:
        self.unsaid -= 1
        self._publish(report)

    def _publish(self, report: Report) -> None:
        lane = lane_of(report.subject, self.broker.lanes)
        if self.random.random() < _WRONG_LANE:
            lane = self.random.randrange(self.broker.lanes)
        place = TopicLane(ProvisioningReported.name, lane)
        self.broker.write(place, report.subject.encode(), report.value, report.headers)

    def _now(self) -> datetime:
        return START + timedelta(seconds=self.loop.time())
