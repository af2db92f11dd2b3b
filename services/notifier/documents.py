"""What the notifier remembers about a registration: whose code counts; the ledger knows what was planned."""

from typing import ClassVar, Self

from schemas.event import Event
from schemas.events import CorrectionRefused
from stream.document import Document


class Correspondence(Document):
    """`cycle` is the newest that anybody spoke of, to which the correction code belongs; `lapsed` the last that lapsed.

    Not written while there was one cycle only. The runtime keeps the order of a registration's events beside it.
    """

    kind: ClassVar[str] = "correspondence"

    cycle: int = 1
    lapsed: int = 0

    def told_of(self, event: Event) -> Self:
        """The same, knowing of this event."""
        cycle: int = getattr(event, "cycle", 1)
        lapsed = cycle if isinstance(event, CorrectionRefused) and event.lapsed else self.lapsed
        if cycle <= self.cycle and lapsed == self.lapsed:
            return self
        return self.but(cycle=max(cycle, self.cycle), lapsed=lapsed)
