"""Provisioning in memory, and what others have written about one registration, which may arrive in any order."""

from datetime import timedelta
from typing import TypeVar

from service_in_memory import Letter, ServiceInMemory, letter
from stories import NOW
from typed_forms import REGISTRATION

from schemas import codec
from schemas.connection_event import ConnectionEvent
from schemas.envelope import Envelope
from schemas.event import Event
from services.monitor.contribution import standing_of
from services.monitor.standing import Standing, join
from services.provisioning.decide import service
from services.provisioning.documents import Provisioning
from services.provisioning.terms import Terms
from stream.memory.manual_clock import ManualClock

E = TypeVar("E", bound=Event)

MOMENT_S = 0.001


class World(ServiceInMemory):
    """One registration's provisioning. `undelivered` and `delivered` are what others have said about it."""

    def __init__(self) -> None:
        super().__init__(service(Terms()), ManualClock(NOW))
        self.undelivered: list[Letter] = []
        self.delivered: list[Letter] = []
        self._written = 0
        self._said: dict[str, Letter] = {}

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
        """It arrives, a moment after what arrived before."""
        self.clock.advance(MOMENT_S)
        if not again:
            self.delivered.append(arrived)
        super().deliver(arrived)

    def pass_time(self, passed: timedelta) -> None:
        """Time passes, and whatever is due is done."""
        self.clock.advance(passed.total_seconds())
        self.run()

    def run(self) -> None:
        """Everything there is to do now; what is said then is kept."""
        super().run()
        self._said |= {one.id: one for one in self.listen()}

    @property
    def remembered(self) -> Provisioning | None:
        """What provisioning remembers."""
        return self.document(Provisioning, REGISTRATION)

    def said(self, kind: type[E]) -> list[E]:
        """What was published in this topic, each id once."""
        return [one.event for one in self._said.values() if isinstance(one.event, kind)]

    def standing(self, connection: int) -> Standing:
        """What the live view makes of everything that was said about this connection."""
        said = [codec.decode(one.event.name, one.headers, one.value) for one in self._said.values()]
        about = [(one.event, one.envelope.time) for one in said if isinstance(one.event, ConnectionEvent)]
        return join([standing_of(event, at) for event, at in about if event.contact.connection == connection])
