"""What a scenario needs of the world that it is played in: one in memory, one on real servers."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from joserfc.jwk import KeySet

from schemas.envelope import Envelope
from schemas.event import Event
from services.enrichment.policies import MatchRow, PolicyRow
from services.intake.clients import ClientRow


class SeenMail(NamedTuple):
    """A mail that was sent: about which registration (its id), and what its reader sees."""

    kind: str
    about: str
    to: str
    text: str


class Ask(NamedTuple):
    """What Keylane was asked, or told to stop: registration (its id), connection, cycle."""

    registration: str
    connection: int
    cycle: int


@dataclass(frozen=True)
class Seen:
    """All that has come of a scenario so far; mails by their id."""

    mails: Mapping[str, SeenMail]
    asked: AbstractSet[Ask]
    stopped: AbstractSet[Ask]

    def holds(self, mails: int, asked: int, stopped: int) -> bool:
        """Whether there is as much as this."""
        return len(self.mails) >= mails and len(self.asked) >= asked and len(self.stopped) >= stopped


class World(Protocol):
    """The services, and those around them as far as a scenario plays them."""

    keys: KeySet
    """Keylane's published keys."""

    def now(self) -> datetime:
        """The time, in this world."""

    def own(self, text: str) -> str:
        """The same address or number as this scenario alone has it, where others share the world."""

    def exchange(self, written: date, frequency: str, *, named: bool) -> str:
        """The first exchange as the mail says it: `written` in the file, or `named` by Keylane."""

    async def day_comes(self, day: date) -> None:
        """The calendar moves on to this day, where it can."""

    async def publish(self, said: Envelope, event: Event) -> None:
        """Somebody who is not us says this."""

    async def load(self, policy: PolicyRow, match: MatchRow | None) -> None:
        """a.s.r. knows this policy, and perhaps whose it is."""

    async def admit(self, client: ClientRow) -> None:
        """a.s.r. knows processor and employer from before."""

    async def look(self, registrations: AbstractSet[str], *, mails: int, asked: int, stopped: int) -> Seen:
        """What there is about these (their ids), once it is as much as this or nothing more will come."""
