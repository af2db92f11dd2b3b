"""Provisioning in memory, and what others have written about one registration, which may arrive in any order."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from service_in_memory import Letter, ServiceInMemory, letter
from stories import NOW
from typed_forms import REGISTRATION

from schemas.envelope import Envelope
from schemas.event import Event
from services.provisioning.decide import service
from services.provisioning.documents import Provisioning
from services.provisioning.terms import Terms
from stream.memory.manual_clock import ManualClock

E = TypeVar("E", bound=Event)


@dataclass
class World:
    """One registration's provisioning. `undelivered` and `delivered` are what others have said about it."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    undelivered: list[Letter] = field(default_factory=list)
    delivered: list[Letter] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._service = ServiceInMemory(service(Terms()), self.clock)
        self._written = 0
        self._said: dict[str, Event] = {}

    def close(self) -> None:
        """Let go of the loop."""
        self._service.close()

    def write(self, event: Event, source: str, revision: int | None = None) -> Letter:
        """Somebody says this; it is not delivered yet."""
        self._written += 1
        envelope = Envelope(
            id=f"e-{self._written}", source=source, name=event.name, version=event.version, subject=REGISTRATION,
            time=self.clock.now(), revision=revision,
        )  # fmt: skip
        self.undelivered.append(letter(envelope, event))
        return self.undelivered[-1]

    def deliver(self, arrived: Letter, *, again: bool = False) -> None:
        """It arrives."""
        if not again:
            self.delivered.append(arrived)
        self._service.deliver(arrived)
        self._listen()

    def pass_time(self, passed: timedelta) -> None:
        """Time passes, and whatever is due is done."""
        self.clock.advance(passed.total_seconds())
        self._service.run()
        self._listen()

    @property
    def document(self) -> Provisioning | None:
        """What provisioning remembers."""
        return self._service.document(Provisioning, REGISTRATION)

    def said(self, kind: type[E]) -> list[E]:
        """What was published in this topic, each id once."""
        return [event for event in self._said.values() if isinstance(event, kind)]

    @property
    def tries_again(self) -> bool:
        """Whether a record that came too early will be taken up by itself."""
        return self._service.tries_again

    def given_up(self) -> list[str]:
        """Why records are parked for a human."""
        return self._service.given_up()

    def _listen(self) -> None:
        self._said |= {one.id: one.event for one in self._service.listen()}
