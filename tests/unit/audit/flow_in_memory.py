"""The services on Kafka and Postgres in memory, a Keylane and a mail server that do as they are told, as evidence.

No service of ours knows that it is looked at: what the judge gets to see is what the real code leaves behind.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from forms import loket_form
from typed_forms import POLICY, token

from payroll.correction_code import CorrectionCodes
from schemas import codec, flow
from schemas.envelope import Envelope, to_headers
from schemas.events import FormReceived, ProvisioningReported, ProvisioningRequested
from schemas.events.provisioning_reported import Report
from schemas.ids import reference, registration_id
from schemas.topics import event_topics
from schemas.values import Finding
from services.enrichment import gate
from services.enrichment.decide import service as enrichment
from services.enrichment.gate import Facts, Found
from services.enrichment.terms import Terms as EnrichmentTerms
from services.intake.decide import service as intake
from services.intake.terms import Terms as IntakeTerms
from services.notifier.decide import SERVICE as NOTIFIER
from services.provisioning.decide import service as provisioning
from services.provisioning.terms import Terms
from services.timeline.decide import SERVICE as TIMELINE
from stream.lane import lane_of
from stream.memory.broker import MemoryBroker
from stream.memory.manual_clock import ManualClock
from stream.memory.store import MemoryDatabase
from stream.memory.worker import worker_in_memory
from stream.record import Record, TopicLane
from stream.service import Service
from stream.worker import Worker

CODES = CorrectionCodes(b"k" * 32)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SOURCE = "https://forms.example"
SAYS: dict[Report, tuple[Finding, ...]] = {
    "accepted": (),
    "configured": (),
    "customer_action_needed": (Finding(code="RIGHT_MISSING", detail="Raadplegen HRM"),),
    "failed": (Finding(code="LHNR_MISMATCH"),),
}
USUAL: tuple[Report, ...] = ("accepted", "configured")


def form_of_entities(submission: str, number: int, entities: int) -> dict[str, Any]:
    """A form with several connections, each with a secret that is shaped like a sealed one."""
    registration = registration_id(SOURCE, submission)
    connections = [
        {"employer_code": str(10_000_000 + 100 * number + nth), "client_secret": token(nth, registration)}
        for nth in range(1, entities + 1)
    ]
    return loket_form(number, package="raet", client_id="raet-client", connections=connections)


@dataclass
class Flow:
    """`policies` holds the gates that are open; `keylane` what it says about a registration, where it is unusual."""

    broker: MemoryBroker = field(default_factory=lambda: MemoryBroker((t.name for t in event_topics()), flow.LANES))
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    policies: dict[str, Found] = field(default_factory=dict)
    keylane: dict[str, Sequence[Report]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        async def facts(_causes: object) -> Facts:
            return self.policies

        services: tuple[Service[Any], ...] = (
            intake(IntakeTerms(CODES)),
            enrichment(facts, EnrichmentTerms()),
            provisioning(Terms()),
            NOTIFIER,
            TIMELINE,
        )
        self.databases = {service.name: MemoryDatabase() for service in services}
        self.workers = [self._worker(service) for service in services]
        self.asked: set[str] = set()
        self.sent: set[UUID] = set()
        self.submitted: list[str] = []
        self.forced: dict[str, set[int]] = {}
        """By service: the epochs in which operators have forced it, by their own record."""

    def _worker(self, service: Service[Any]) -> Worker:
        return worker_in_memory(service, self.broker, self.databases[service.name], self.clock)

    async def forget(self, service: Service[Any]) -> None:
        """Drop its schema and its group's positions: it begins anew, at the beginning of every topic."""
        (index,) = [n for n, worker in enumerate(self.workers) if worker.service is service]
        await self.workers[index].transport.close()
        self.broker.group(service.name).committed.clear()
        self.databases[service.name] = MemoryDatabase()
        self.workers[index] = self._worker(service)

    def submit(self, submission: str, typed: Mapping[str, Any], *, known: bool = True, lane: int | None = None) -> str:
        """Let a web form send this; a.s.r. knows its policy when `known`."""
        me = registration_id(SOURCE, submission)
        envelope = Envelope(f"event-{submission}", SOURCE, FormReceived.name, 1, me, self.clock.now())
        value = json.dumps({"submission_id": submission, "form": typed}).encode()
        place = TopicLane(FormReceived.name, lane_of(me, flow.LANES) if lane is None else lane)
        self.broker.write(place, me.encode(), value, tuple(to_headers(envelope)))
        self.submitted.append(me)
        if known:
            self.find_policy(typed)
        return me

    def follow_up(self, submission: str, about: str, *, kind: str = "correction", cycle: int = 1, **said: Any) -> None:
        """Let whoever has the code of this cycle correct or withdraw an earlier submission."""
        earlier = registration_id(SOURCE, about)
        named = {"reference": reference(earlier), "code": CODES.code(earlier, cycle)}
        self.submit(submission, {"kind": kind, **named, **said}, known=False)

    def find_policy(self, typed: Mapping[str, Any]) -> None:
        """A.s.r. knows the policy from now on."""
        numbers = str(typed["raamwerkcontractnummer"]), str(typed["loonheffingennummer"])
        self.policies[gate.of_numbers(*numbers)] = Found(*numbers, POLICY)

    def scribble(self, lane: int, value: bytes | None) -> Record:
        """Somebody writes what is no form."""
        return self.broker.write(TopicLane(FormReceived.name, lane), b"nobody", value, ())

    def repeat_everything(self) -> None:
        """Every event of every topic that is read comes once more, as after a replay of it all."""
        consumed = {event.name for party in flow.SERVICES for event in party.consumes}
        for place, log in self.broker.logs.items():
            for record in list(log.records) if place.topic in consumed else ():
                if record.headers:
                    self.broker.write(place, record.key, record.value, record.headers)

    async def start(self) -> None:
        """Join all groups."""
        for worker in self.workers:
            await worker.transport.start()

    async def run(self) -> None:
        """Everything there is to do now."""
        idle = 0
        while idle < 3:
            handled = sum([await worker.run_once() for worker in self.workers]) + self.answer_and_send()
            idle = 0 if handled else idle + 1

    def answer_and_send(self) -> int:
        """What Keylane and the mail server have to do now; how much it was."""
        return self._answer() + self._send()

    def _answer(self) -> int:
        """Keylane passes over a request that it has seen."""
        decoded = [codec.decode(r.topic, r.headers, r.value) for r in self.broker.records("provisioning-requested")]
        new = {one.envelope.id: one for one in decoded if one.envelope.id not in self.asked}
        for one in sorted(new.values(), key=lambda one: one.envelope.time):
            self._report(one)
        self.asked |= new.keys()
        return len(new)

    def _send(self) -> int:
        """The mail server accepts whatever is planned."""
        tables, now = self.databases[NOTIFIER.name].tables, self.clock.now()
        new = tables.effects.keys() - self.sent
        for mail in sorted(new):
            tables.wake_done(mail, now, now)
        self.sent |= new
        # What is said of the mails of one second is said when it is over.
        self.clock.advance(1)
        return len(new)

    def _report(self, request: codec.Decoded) -> None:
        asked, event = request.envelope, request.event
        assert isinstance(event, ProvisioningRequested)
        for nth, said in enumerate(self.keylane.get(asked.subject, USUAL)):
            about = asked.subject, event.contact.connection, event.cycle
            self._say(f"KL-{asked.id}-{nth}", about, said, self.clock.now())

    def stop(self, submission: str, *ids: str, cycle: int = 1) -> None:
        """Keylane needs something for its connection, by a clock that is a day ahead, and says so under each id."""
        for id_ in ids:
            about = registration_id(SOURCE, submission), 1, cycle
            self._say(id_, about, "customer_action_needed", self.clock.now() + timedelta(days=1))

    def say(self, submission: str, id_: str, said: Report, on: date | None = None) -> None:
        """Keylane says this of its connection now, with that day of the first exchange."""
        self._say(id_, (registration_id(SOURCE, submission), 1, 1), said, self.clock.now(), on)

    def _say(self, id_: str, about: tuple[str, int, int], said: Report, at: datetime, on: date | None = None) -> None:
        """`about`: registration, connection and cycle."""
        subject, connection, cycle = about
        report = ProvisioningReported(
            connection=connection, cycle=cycle, report=said, reported_at=at, findings=SAYS[said], first_exchange_on=on
        )
        envelope = Envelope(id_, "urn:keylane", report.name, 1, subject, self.clock.now())
        headers, value = codec.encode(envelope, report)
        place = TopicLane(report.name, lane_of(subject, flow.LANES))
        self.broker.write(place, subject.encode(), value, tuple(headers))


async def played(flow_: Flow) -> Flow:
    """Joined, and run until nothing is left to do."""
    await flow_.start()
    await flow_.run()
    return flow_
