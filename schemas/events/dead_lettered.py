"""A service parked a record for a human."""

from typing import ClassVar

from schemas.event import Event


class DeadLettered(Event):
    """Where the record stands and why it was parked; no body, no personal data. Repeated in headers `dl_*`.

    `fingerprint` is the cause's: `koppeling parked retry --group` takes it.
    """

    name: ClassVar[str] = "dead-lettered"

    service: str
    topic: str
    partition: int
    offset: int
    event_id: str
    reason: str
    fingerprint: str
