"""What deciding costs: `python -m benchmarks.decisions`, the four services in memory, nothing else running.

Generated registrations go from form to mail, through the real worker on the store and the transport in memory. Every
`decide` is timed by the CPU time of its thread; so is, separately, `touches`, which finds the documents for it (intake
checks the form for that). Reading, recording and publishing are not in it.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import click
from joserfc.jwk import KeySet

from benchmarks.publisher import record_of
from benchmarks.registration import Registration, registrations
from sandbox.keylane.plan import answers
from sandbox.keylane.request import TOPIC, Arrival, Request, read
from sandbox.keylane.script import Script, usual
from schemas import flow
from schemas.events import FormReceived, ProvisioningReported
from schemas.ids import RegistrationId
from schemas.sealing import new_private_keys
from schemas.topics import event_topics
from services.enrichment.decide import service as enrichment
from services.enrichment.policies_memory import PolicyTables
from services.enrichment.terms import Terms as EnrichmentTerms
from services.intake.clients import ClientRow
from services.intake.decide import service as intake
from services.intake.in_memory import let_in
from services.intake.terms import Terms as IntakeTerms
from services.notifier.decide import SERVICE as NOTIFIER
from services.provisioning.decide import service as provisioning
from services.provisioning.terms import Terms
from stream.collector import tame_collector
from stream.lane import lane_of
from stream.memory.broker import MemoryBroker
from stream.memory.disturbance import undisturbed
from stream.memory.manual_clock import ManualClock
from stream.memory.store import MemoryDatabase
from stream.memory.worker import worker_in_memory
from stream.record import TopicLane
from stream.service import Case, Cause, Outcome, Service, Touched
from stream.worker import Worker

US_MAX = 50
"""The target for a decision."""

Spent = dict[tuple[str, str], list[float]]
"""CPU seconds of each decision, or of each call of `touches`, by service and type of cause."""


class Line:
    """The four services, one after the other, on a broker of their own."""

    def __init__(self, keys: KeySet) -> None:
        self.deciding: Spent = defaultdict(list)
        self.looking: Spent = defaultdict(list)
        self._keys = keys
        self._clock = ManualClock(datetime.now(UTC))
        self._broker = MemoryBroker([topic.name for topic in event_topics()], flow.LANES)
        self._databases = {party.name: MemoryDatabase() for party in flow.MONEY_PATH}
        self._policies = PolicyTables(self._databases["enrichment"])
        facts = self._policies.facts(undisturbed)
        services = (intake(IntakeTerms()), enrichment(facts, EnrichmentTerms()), provisioning(Terms()), NOTIFIER)
        self._workers = [self._worker(service) for service in services]

    async def take(self, several: Sequence[Registration]) -> None:
        """From their forms to their mails."""
        for one in several:
            form = one.form.event.form
            contract, lhnr = str(form["raamwerkcontractnummer"]), str(form["loonheffingennummer"])
            self._policies.load(contract, lhnr)
            let_in(self._databases["intake"], ClientRow(form["email"], contract, lhnr))
            record = record_of(one)
            self._write(FormReceived.name, one.id, record["value"], record["headers"])
        intake, enriching, provisioner, notifying = self._workers
        for worker in (intake, enriching, provisioner):
            await _run(worker)
        self._report()
        await _run(provisioner)
        await _run(notifying)

    def _report(self) -> None:
        script = Script(usual(0), {})
        for record in self._broker.records(TOPIC):
            arrival = Arrival(record.topic, record.partition, record.offset, tuple(record.headers), record.value)
            request = read(arrival, self._keys, self._clock.now())
            if isinstance(request, Request):
                for report in answers(request, script):
                    self._write(ProvisioningReported.name, report.subject, report.value, report.headers)

    def _write(self, topic: str, key: str, value: bytes, headers: Any) -> None:
        self._broker.write(TopicLane(topic, lane_of(key, flow.LANES)), key.encode(), value, tuple(headers))

    def _worker(self, service: Service[Any]) -> Worker:
        return worker_in_memory(self._timed(service), self._broker, self._databases[service.name], self._clock)

    def _timed(self, service: Service[Any]) -> Service[Any]:
        def decide(case: Case[Any]) -> Outcome:
            started_s = time.thread_time()
            outcome = service.decide(case)
            self.deciding[service.name, type(case.cause).__name__].append(time.thread_time() - started_s)
            return outcome

        def touches(cause: Cause, subject: RegistrationId) -> Touched:
            started_s = time.thread_time()
            touched = service.touches(cause, subject)
            self.looking[service.name, type(cause).__name__].append(time.thread_time() - started_s)
            return touched

        return replace(service, decide=decide, touches=touches)


async def _run(worker: Worker) -> None:
    """Until there is nothing left to take."""
    if not worker.transport.assignment().lanes:
        await worker.transport.start()
    while await worker.run_once():
        pass


@click.command()
@click.option("--registrations", "count", type=click.IntRange(min=1), default=5_000, show_default=True)
def main(count: int) -> None:
    """Measure, and print a line for each service and kind of event."""
    keys = new_private_keys()
    made = list(islice(registrations(keys), count))
    line = Line(keys)
    tame_collector()
    asyncio.run(line.take(made))
    click.echo(f"{'service':14}{'event':26}{'decisions':>10}{'us each':>9}   target {US_MAX}{'touches':>10}")
    for (service, event), seconds in line.deciding.items():
        looked = line.looking[service, event]
        click.echo(f"{service:14}{event:26}{len(seconds):10,}{_us(seconds):9.1f}{_us(looked):22.1f}")
    every = [one for seconds in line.deciding.values() for one in seconds]
    click.echo(f"{'all':40}{len(every):10,}{_us(every):9.1f}")


def _us(seconds: Sequence[float]) -> float:
    return sum(seconds) / len(seconds) * 1e6


if __name__ == "__main__":
    main()
