"""A registration has been silent for longer than its stage allows."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Instant


class RegistrationStuck(Event):
    """Said once for a stage and the time since when it stands there; `silence_s` is what that stage allows.

    Operators look at it; nobody else acts on it. Seen from outside, so a registration can have moved on since.
    """

    name: ClassVar[str] = "registration-stuck"

    stage: str = Field(pattern=r"^[a-z_]{1,40}$")
    since: Instant
    cycle: int = Field(ge=0)
    silence_s: int = Field(ge=1)
