"""A processor has registered and waits for a.s.r.'s review."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Applicant


class ProcessorAppliedV1(Event):
    """The applicant is the processor; its company name is shown in public once it is confirmed."""

    name: ClassVar[str] = "processor-applied"

    applicant: Applicant
    cycle: int = Field(ge=1)

    def upcast(self) -> "ProcessorApplied":
        """Nobody was told of an address that was left."""
        return ProcessorApplied(**dict(self))


class ProcessorApplied(ProcessorAppliedV1):
    """As before; `moved_from` is the earlier address, if this cycle has changed it."""

    version: ClassVar[int] = 2

    moved_from: str | None = None
