"""A registration came early: it waits for somebody, and goes on by itself."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from schemas.event import Event
from schemas.values import Applicant

Requirement = Literal["PROCESSOR_CONFIRMATION", "EMPLOYER_REQUEST", "SUPERSEDED_REGISTRATION"]


class RegistrationHeld(Event):
    """`number` 0 says so first, higher ones remind. `employer_email` is there when the employer has asked for the link.

    PROCESSOR_CONFIRMATION: a.s.r. has not confirmed the processor. EMPLOYER_REQUEST: the employer has not asked for the
    link. SUPERSEDED_REGISTRATION: the one it takes the place of has not ended.
    """

    name: ClassVar[str] = "registration-held"

    applicant: Applicant
    cycle: int = Field(ge=1)
    waits_for: tuple[Requirement, ...] = Field(min_length=1)
    number: int = Field(ge=0)
    lapses_on: date
    employer_email: str | None
