"""Intake, enrichment and provisioning, each in memory; what they say to each other arrives when somebody brings it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from intake_desk import TERMS
from service_in_memory import RETRIES_S, Letter, ServiceInMemory, letter
from stories import NOW

from schemas.envelope import Envelope
from schemas.event import Event
from schemas.events import (
    ConnectionsWithdrawn,
    CorrectionRefused,
    CustomerActionNeeded,
    FormReceived,
    LinkRealised,
    ProvisioningCancelled,
    ProvisioningRefused,
    ProvisioningRequested,
    RegistrationEnded,
    RegistrationHeld,
    RegistrationRejected,
    RegistrationSubmitted,
)
from schemas.ids import RegistrationId, registration_id
from services.enrichment import decide as enrichment
from services.enrichment.gate import Facts
from services.enrichment.policies_memory import PolicyTables
from services.enrichment.terms import Terms as EnrichmentTerms
from services.intake import decide as intake
from services.provisioning import decide as provisioning
from services.provisioning.terms import Terms as ProvisioningTerms
from stream.memory.disturbance import undisturbed
from stream.memory.manual_clock import ManualClock
from stream.service import Concern

E = TypeVar("E", bound=Event)

WEB_FORMS = "urn:web-forms"


CONTRACT = "A0201234"
INSURED = ("123456782L01", "111222333L01")
INSURED_LATER = "850000002L01"


@dataclass
class Onboarding:
    """The flow from form to Keylane. `undelivered` has not arrived yet, `delivered` may arrive once more."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    undelivered: list[tuple[ServiceInMemory, Letter]] = field(default_factory=list)
    delivered: list[tuple[ServiceInMemory, Letter]] = field(default_factory=list)
    said: dict[str, Letter] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.intake = ServiceInMemory(intake.service(TERMS), self.clock)
        self.enrichment = ServiceInMemory(enrichment.service(self._facts, EnrichmentTerms()), self.clock)
        self._policies = PolicyTables(self.enrichment.database)
        for lhnr in INSURED:
            self._policies.load(CONTRACT, lhnr)
        self.provisioning = ServiceInMemory(provisioning.service(ProvisioningTerms()), self.clock)
        self.services = (self.intake, self.enrichment, self.provisioning)
        self._written = 0

    async def _facts(self, concerns: Sequence[Concern]) -> Facts:
        return await self._policies.facts(undisturbed)(concerns)

    def policy_comes(self) -> None:
        """The last employer is insured from now on, and has given its mandate."""
        self._policies.load(CONTRACT, INSURED_LATER)
        self.pass_time(timedelta())

    def close(self) -> None:
        """Let go of the loops."""
        for service in self.services:
            service.close()

    def form(self, form: dict[str, Any]) -> RegistrationId:
        """Somebody sends this form; its registration's id."""
        self._written += 1
        submission = f"f-{self._written}"
        registration = registration_id(WEB_FORMS, submission)
        self.write(FormReceived(submission_id=submission, form=form), registration, WEB_FORMS)
        return registration

    @property
    def next_registration(self) -> str:
        """The id that the next form will have: its secrets are bound to it."""
        return registration_id(WEB_FORMS, f"f-{self._written + 1}")

    def write(self, event: Event, about: str, source: str) -> None:
        """Somebody says this; it is not delivered yet."""
        self._written += 1
        said = Envelope(f"e-{self._written}", source, event.name, event.version, about, self.clock.now())
        self._post([letter(said, event)])

    def deliver(self, index: int = 0) -> None:
        """One of what was written arrives."""
        service, arrived = self.undelivered.pop(index)
        self.delivered.append((service, arrived))
        service.deliver(arrived)
        self._listen(service)

    def redeliver(self, index: int) -> None:
        """One of what has arrived arrives once more."""
        service, arrived = self.delivered[index]
        service.deliver(arrived)
        self._listen(service)

    def pass_time(self, passed: timedelta) -> None:
        """Time passes, and whatever is due is done."""
        self.clock.advance(passed.total_seconds())
        for service in self.services:
            service.run()
            self._listen(service)

    def let_everything_arrive(self) -> None:
        """Until nothing is on its way and nothing is tried again by itself."""
        while self.undelivered or any(service.tries_again for service in self.services):
            while self.undelivered:
                self.deliver()
            self.pass_time(timedelta(seconds=RETRIES_S))

    def heard(self, kind: type[E], about: str | None = None) -> list[E]:
        """What was said of this kind (about this registration), each once."""
        found = (one for one in self.said.values() if about in (None, one.subject))
        return [one.event for one in found if isinstance(one.event, kind)]

    def _listen(self, service: ServiceInMemory) -> None:
        fresh = {one.id: one for one in service.listen() if one.id not in self.said}
        self.said |= fresh
        self._post(fresh.values())

    def _post(self, letters: Iterable[Letter]) -> None:
        for one in letters:
            for service in self.services:
                if one.event.name in {consumed.name for consumed in service.service.party.consumes}:
                    self.undelivered.append((service, one))


def occasions(said: Iterable[Letter]) -> Iterator[tuple[object, ...]]:
    """What happens once: for each event, what no other of its kind may share."""
    for one in said:
        event = one.event
        match event:
            case RegistrationSubmitted():
                yield one.subject, type(event), event.cycle
            case RegistrationHeld():
                yield one.subject, type(event), event.cycle, event.number
            case RegistrationRejected() | RegistrationEnded():
                yield one.subject, type(event)
            case CorrectionRefused():
                yield one.subject, type(event), event.submission
            case ConnectionsWithdrawn():
                yield one.subject, type(event), event.connections, event.cycle
            case ProvisioningRequested() | ProvisioningCancelled():
                yield one.subject, type(event), event.contact.connection, event.cycle
            case LinkRealised() | ProvisioningRefused():
                yield one.subject, "final word", event.contact.connection, event.cycle
            case CustomerActionNeeded():
                yield one.subject, type(event), event.contact.connection, event.cycle, event.number
