"""Given, when, then on messages: what a service decides, one cause after the other, over what it remembers."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from typed_forms import REGISTRATION

from schemas.envelope import Envelope
from schemas.event import Event
from schemas.ids import RegistrationId
from stream.document import Document, DocumentKey
from stream.service import Case, Cause, Due, Emit, Opened, Outcome, Service, WorkingSet

D = TypeVar("D", bound=Document)
E = TypeVar("E", bound=Event)

OTHER_REGISTRATION = RegistrationId("0b0d7a52-8a51-8f0e-b2a7-6a1c6f0f4b77")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Story:
    """A service's working set. `touched` is what the last cause named; deciding on more than that is an error."""

    service: Service[Any]
    now: datetime = NOW
    facts: Any = None
    remembered: dict[DocumentKey, Document] = field(default_factory=dict)
    touched: frozenset[DocumentKey] = frozenset()

    def when(
        self, cause: Cause, about: str = REGISTRATION, attempt: int = 1, said_at: datetime | None = None
    ) -> Outcome:
        """Decide, and remember what was decided; an event was said now, or at that time."""
        registration = RegistrationId(about)
        main = self.service.main.at(registration)
        named, found = self.service.touches(cause, registration)
        known = self.remembered.get(main)
        remembered = () if isinstance(cause, Event) else self.service.recalls(cause, registration, known)
        self.touched = frozenset((*named, *remembered))
        loaded = {key: self.remembered[key] for key in {main, *self.touched} & self.remembered.keys()}
        said_at = said_at or self.now
        envelope = Envelope("id", "urn:story", cause.name, 1, about, said_at) if isinstance(cause, Event) else None
        case = Case(registration, cause, envelope, WorkingSet(loaded), self.facts, self.now, found, attempt)
        outcome = self.service.decide(case)
        if isinstance(outcome, Emit):
            assert outcome.documents.keys() <= {main, *self.touched}
            self.remembered.update(outcome.documents)
        return outcome

    def said(self, cause: Cause, about: str = REGISTRATION) -> tuple[Event, ...]:
        """The events that the cause leads to."""
        outcome = self.when(cause, about)
        assert isinstance(outcome, Emit), outcome
        return outcome.events

    def only(self, kind: type[E], cause: Cause, about: str = REGISTRATION) -> E:
        """The one event that the cause leads to, which is of this kind."""
        (event,) = self.said(cause, about)
        assert isinstance(event, kind)
        return event

    def document(self, kind: type[D], key: str = REGISTRATION) -> D:
        """What is remembered."""
        found = self.remembered[kind.at(key)]
        assert isinstance(found, kind)
        return found

    def due(self) -> Due:
        """The main document's deadline has come: the time is then."""
        main = self.document(self.service.main)
        assert main.due_at is not None
        self.now = main.due_at
        return Due(main.at(REGISTRATION), main.due_at)

    def opened(self) -> Opened:
        """The first gate that the main document waits for is open."""
        main = self.document(self.service.main)
        gate, *_ = main.waits_for
        return Opened(main.at(REGISTRATION), gate)

    def later(self, **passed: float) -> None:
        """Time passes."""
        self.now += timedelta(**passed)
