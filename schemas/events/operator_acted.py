"""An operator did something by a command."""

from typing import ClassVar

from pydantic import JsonValue

from schemas.event import Event


class OperatorActed(Event):
    """One row of what operators did: who, what, why, to what, as it was and as it is now.

    The envelope's time is when it was done, its subject the registration, or `action` where it is about none. No
    personal data but the login name of who did it; the row, in Postgres, has the reason as it was typed.
    """

    name: ClassVar[str] = "operator-acted"

    action: str
    command: str
    who: str
    what: str
    why: str
    service: str
    target: str
    before: dict[str, JsonValue]
    after: dict[str, JsonValue]
