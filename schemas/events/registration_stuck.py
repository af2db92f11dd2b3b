"""A registration has been silent for longer than its stage allows."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Instant


class RegistrationStuck(Event):
    """Published once for a stage and the time at which it began; `silence_s` is the silence that the stage allows.

    For operators; nobody else acts on it. It is seen from outside, so the registration may have moved on since.
    """

    name: ClassVar[str] = "registration-stuck"

    stage: str = Field(pattern=r"^[a-z_]{1,40}$")
    since: Instant
    cycle: int = Field(ge=0)
    silence_s: int = Field(ge=1)
