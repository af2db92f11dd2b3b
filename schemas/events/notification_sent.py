"""A mail was accepted by the mail server."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event
from schemas.values import Instant


class NotificationSent(Event):
    """Which mail, on which occasion, in which role; no address. `epoch` counts what operators had sent again."""

    name: ClassVar[str] = "notification-sent"

    kind: str
    occasion: str
    role: str
    epoch: int = Field(ge=0)
    sent_at: Instant
