"""Scenarios in memory: the real services on one broker, a store each, and a clock that is given."""

from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from uuid import UUID

from parsed_mail import parsed
from pydantic_core import to_json
from scenarios.scenario_world import Ask, Seen, SeenMail

from payroll.amsterdam import AMSTERDAM
from payroll.correction_code import CorrectionCodes
from schemas import codec, flow
from schemas.envelope import Envelope
from schemas.event import Event
from schemas.events import ProvisioningCancelled, ProvisioningRequested
from schemas.sealing import new_private_keys
from schemas.topics import event_topics
from services.enrichment.decide import service as enrichment
from services.enrichment.policies import MatchRow, PolicyRow
from services.enrichment.policies_memory import PolicyTables
from services.enrichment.terms import Terms as EnrichmentTerms
from services.intake.clients import ClientRow
from services.intake.decide import service as intake
from services.intake.in_memory import let_in, tell_found
from services.intake.terms import Terms as IntakeTerms
from services.notifier.decide import SERVICE as NOTIFIER
from services.notifier.mails.dutch import day_in_words
from services.notifier.mails.kinds import read
from services.notifier.mails.message import Postmark, message
from services.provisioning.decide import service as provisioning
from services.provisioning.terms import Terms
from services.timeline.decide import SERVICE as TIMELINE
from stream.lane import lane_of
from stream.memory.broker import MemoryBroker
from stream.memory.disturbance import undisturbed
from stream.memory.manual_clock import ManualClock
from stream.memory.store import MemoryDatabase
from stream.memory.worker import worker_in_memory
from stream.record import TopicLane
from stream.service import Service
from stream.store import EffectRow

E = TypeVar("E", bound=Event)

MORNING = time(9, tzinfo=AMSTERDAM)
CODES = CorrectionCodes(b"k" * 32)
LOOKS_MAX = 1_000


class WorldInMemory:
    """It begins on the morning of this day."""

    keys = new_private_keys()

    def __init__(self, today: date) -> None:
        self._clock = ManualClock(datetime.combine(today, MORNING).astimezone(UTC))
        self._broker = MemoryBroker((topic.name for topic in event_topics()), flow.LANES)
        self._databases = {party.name: MemoryDatabase() for party in flow.SERVICES}
        self._policies = PolicyTables(self._databases["enrichment"])
        self._mails: dict[UUID, SeenMail] = {}
        services: tuple[Service[Any], ...] = (
            intake(IntakeTerms(CODES)),
            enrichment(self._policies.facts(undisturbed), EnrichmentTerms()),
            provisioning(Terms()),
            NOTIFIER,
            TIMELINE,
        )
        self._workers = [
            worker_in_memory(service, self._broker, self._databases[service.name], self._clock) for service in services
        ]

    async def start(self) -> None:
        """Join all groups."""
        for worker in self._workers:
            await worker.transport.start()

    def now(self) -> datetime:
        """What the given clock says."""
        return self._clock.now()

    def own(self, text: str) -> str:
        """Nobody else is here."""
        return text

    def exchange(self, written: date, frequency: str, *, named: bool) -> str:
        """The day is the one in the file: the clock is given."""
        del frequency, named
        return f"Eerste uitwisseling: {day_in_words(written)}"

    async def day_comes(self, day: date) -> None:
        """The clock goes on, day by day: whatever is due is done on its day."""
        while self.now().astimezone(AMSTERDAM).date() < day:
            self._clock.advance(timedelta(days=1).total_seconds())
            await self.rest()

    async def publish(self, said: Envelope, event: Event) -> None:
        """It stands in its topic."""
        headers, value = codec.encode(said, event)
        place = TopicLane(event.name, lane_of(said.subject, flow.LANES))
        self._broker.write(place, said.subject.encode(), value, tuple(headers))
        await self.rest()

    async def load(self, policy: PolicyRow, match: MatchRow | None) -> None:
        """It stands in enrichment's tables, and intake is told what was found."""
        numbers = (policy.raamwerkcontractnummer, policy.loonheffingennummer)
        self._policies.load(*numbers, mandate=policy.mandate_present)
        if match is not None:
            tell_found(self._databases["intake"], match.registration, *numbers, self.now())
            self._policies.match(match.registration, *numbers)
        await self.rest()

    async def admit(self, client: ClientRow) -> None:
        """Its gates are open."""
        let_in(self._databases["intake"], client)

    async def look(self, registrations: AbstractSet[str], *, mails: int, asked: int, stopped: int) -> Seen:
        """All there is: nothing is ever under way."""
        del mails, asked, stopped
        planned = self._databases["notifier"].tables.effects.values()
        self._mails |= {row.id: self._mail(row) for row in planned if row.id not in self._mails}
        return Seen(
            {str(row.id): self._mails[row.id] for row in planned if row.subject in registrations},
            {Ask(about, one.contact.connection, one.cycle) for about, one in self._said(ProvisioningRequested)},
            {Ask(about, one.contact.connection, one.cycle) for about, one in self._said(ProvisioningCancelled)},
        )

    async def rest(self) -> None:
        """Run every worker until nobody has anything to do."""
        for _ in range(LOOKS_MAX):
            if not sum([await worker.run_once() for worker in self._workers]):
                return
        raise AssertionError("the services never come to rest")

    def _mail(self, row: EffectRow) -> SeenMail:
        mail = read(row.kind, to_json(row.payload).decode())
        postmark = Postmark("a@asr.example", "b@asr.example", mail.email, self.now(), f"<{row.id}@asr.example>")
        return SeenMail(row.kind, row.subject, mail.email, parsed(message(mail.letter(CODES), postmark)).text)

    def _said(self, kind: type[E]) -> list[tuple[str, E]]:
        decoded = [codec.decode(one.topic, one.headers, one.value) for one in self._broker.records(kind.name)]
        return [(one.envelope.subject, one.event) for one in decoded if isinstance(one.event, kind)]
