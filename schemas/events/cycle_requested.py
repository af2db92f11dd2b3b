"""Keylane has been asked for what a correction changed; what an earlier cycle alone asked for counts no more."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event


class CycleRequested(Event):
    """About a registration that was corrected: once for each such cycle that reached Keylane, a request or none.

    Until then Keylane works on what an earlier cycle asked, so nobody else may register those connections.
    """

    name: ClassVar[str] = "cycle-requested"

    reference: str
    cycle: int = Field(ge=2)
