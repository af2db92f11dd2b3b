"""Events that other companies' systems write: read with suspicion."""

from typing import Self

from schemas.event import Event
from schemas.foreign_json import NotJsonError, parse


class ForeignEvent(Event):
    """An event of which nothing is taken that a lenient parser lets pass."""

    @classmethod
    def from_json(cls, value: bytes) -> Self:
        """Read the data of a record.

        Raises:
            ValueError: it is no JSON, not of this version's shape, or says something twice.
        """
        _, defects = parse(value)
        if defects:
            raise NotJsonError
        return cls.model_validate_json(value)

    def series(self) -> str:
        """None: what another company numbers, and in which order, is its own affair."""
        return ""
