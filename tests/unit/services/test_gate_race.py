"""Confirmations race registrations on several workers: everyone goes on once, whichever came first."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable

import pytest
from intake_desk import TERMS, by_processor, link_request
from stories import NOW
from typed_forms import processor

from sandbox.population import population
from schemas import codec
from schemas.envelope import Envelope
from schemas.event import Event
from schemas.events import DeadLettered, FormReceived, ProcessorReviewed, RegistrationHeld, RegistrationSubmitted
from schemas.flow import INTAKE, LANES
from schemas.ids import registration_id
from services.intake.decide import service
from stream.errors import StreamError
from stream.lane import lane_of
from stream.limits import Limits
from stream.memory.broker import MemoryBroker
from stream.memory.disturbance import Moment
from stream.memory.manual_clock import ManualClock
from stream.memory.store import MemoryDatabase, MemoryStore
from stream.memory.transport import MemoryTransport
from stream.record import TopicLane
from stream.transport import Membership
from stream.worker import Worker

pytestmark = pytest.mark.long

SOURCE = "urn:race"
MEMBERSHIP = Membership.of(INTAKE)
NUMBERS = [employer.loonheffingennummer for employer in population()]

Said = tuple[str, Event]


async def anything_may_come_between(_call: str, _moment: Moment) -> None:
    await asyncio.sleep(0)


class Race:
    """Intake's topics, its database, and as many workers as are wanted."""

    def __init__(self) -> None:
        self.broker = MemoryBroker((*MEMBERSHIP.topics, *MEMBERSHIP.produces), LANES)
        self.database = MemoryDatabase()
        self.clock = ManualClock(NOW)
        self.workers: list[Worker] = []

    async def start(self, workers: int, batch: int) -> None:
        """Let so many workers share the lanes."""
        for _ in range(workers):
            transport = MemoryTransport(self.broker, MEMBERSHIP, self.clock, anything_may_come_between)
            await transport.start()
            store = MemoryStore(self.database, anything_may_come_between)
            limits = Limits(batch_records_max=batch, poll_s=0, tick_s=0)
            self.workers.append(
                Worker(service(TERMS), transport, store, self.clock, "1", LANES, lambda _: None, limits)
            )

    def say(self, said: Iterable[Said]) -> None:
        """Others publish."""
        for subject, event in said:
            envelope = Envelope(f"{event.name}-{subject}", SOURCE, event.name, event.version, subject, NOW)
            headers, value = codec.encode(envelope, event)
            place = TopicLane(event.name, lane_of(subject, LANES))
            self.broker.write(place, subject.encode(), value, tuple(headers))

    async def run(self) -> None:
        """Until nobody has found anything to do for a while."""
        idle = 0
        while idle < 3:
            idle = 0 if sum(await asyncio.gather(*map(self._turn, self.workers))) else idle + 1

    async def _turn(self, worker: Worker) -> int:
        try:
            return await worker.run_once()
        except StreamError:
            worker.lose_lanes()
            return 1

    def heard(self, event: type[Event]) -> Counter[bytes | None]:
        """How many different ones were said, by registration."""
        ids = {(record.key, dict(record.headers)["ce_id"]) for record in self.broker.records(event.name)}
        return Counter(key for key, _ in ids)


def form(name: str, number: int, make: Callable[[str], dict[str, object]]) -> Said:
    """The form `name` of the pair of this number."""
    submission = f"{name}-{number}"
    registration = registration_id(SOURCE, submission)
    return registration, FormReceived(submission_id=submission, form=make(registration))


def email(number: int) -> str:
    return f"kantoor{number}@example.nl"


def prepared(pairs: int) -> Iterable[Said]:
    for n in range(pairs):
        yield form("processor", n, lambda own, n=n: processor(own, email=email(n)))  # type: ignore[misc]
        request = link_request(processor_email=email(n), loonheffingennummer=NUMBERS[n])
        yield form("request", n, lambda _own, request=request: request)  # type: ignore[misc]


def racing(pairs: int, seed: int) -> list[Said]:
    said: list[Said] = []
    for n in range(pairs):
        review = ProcessorReviewed(email=email(n), company_name=None, verdict="confirmed", reviewed_at=NOW)
        said.append((registration_id(SOURCE, f"processor-{n}"), review))
        registered = by_processor(loonheffingennummer=NUMBERS[n]) | {"email": email(n)}
        said.append(form("employer", n, lambda _own, registered=registered: registered))  # type: ignore[misc]
    random.Random(seed).shuffle(said)
    return said


@pytest.mark.parametrize(("pairs", "workers", "batch"), [(1_000, 4, 100), (100, 1, 500), (50, LANES, 1)])
async def test_every_registration_goes_on_exactly_once(pairs: int, workers: int, batch: int) -> None:
    race = Race()
    await race.start(workers, batch)
    race.say(prepared(pairs))
    await race.run()
    race.say(racing(pairs, seed=pairs + workers))
    await race.run()
    submitted = race.heard(RegistrationSubmitted)
    assert len(submitted) == pairs
    assert set(submitted.values()) == {1}
    held = race.heard(RegistrationHeld)
    assert 0 < len(held) < pairs, "some came before their confirmation, and some after"
    assert set(held.values()) == {1}
    assert not race.heard(DeadLettered)
    assert not race.database.tables.rows
