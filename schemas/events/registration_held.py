"""A registration came early: it waits for somebody, and goes on by itself."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from schemas.event import Event
from schemas.values import Applicant

Requirement = Literal["PROCESSOR_CONFIRMATION", "EMPLOYER_REQUEST", "SUPERSEDED_REGISTRATION"]


class RegistrationHeldV1(Event):
    """`number` 0 is the first notice, higher ones remind. `employer_email` is set if the employer asked for the link.

    PROCESSOR_CONFIRMATION: a.s.r. has not confirmed the processor. EMPLOYER_REQUEST: the employer has not asked for the
    link. SUPERSEDED_REGISTRATION: the registration that it supersedes has not ended.
    """

    name: ClassVar[str] = "registration-held"

    applicant: Applicant
    cycle: int = Field(ge=1)
    waits_for: tuple[Requirement, ...] = Field(min_length=1)
    number: int = Field(ge=0)
    lapses_on: date
    employer_email: str | None

    def upcast(self) -> "RegistrationHeld":
        """A repeated notice counted as a reminder; most that wait in a later cycle correct an accepted registration."""
        return RegistrationHeld(**dict(self), is_reminder=self.number > 0, corrects=self.cycle > 1)


class RegistrationHeld(RegistrationHeldV1):
    """As before; `number` tells apart the events of one cycle. `is_reminder`: each reader has been told before.

    `corrects`: a correction waits, and the registration goes on as it was. `moved_from` is the earlier address, if this
    cycle has changed it; a correction that may still lapse has left only the address of a correction that waited
    before it. `left` is the other employer that was told, until a correction, that it waits.
    """

    version: ClassVar[int] = 2

    is_reminder: bool = False
    corrects: bool = False
    moved_from: str | None = None
    left: Applicant | None = None
