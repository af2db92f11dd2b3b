"""What all events have in common."""

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict


class OversizedError(ValueError):
    """A record is larger than its topic allows, and nobody waits for an answer about it."""


class Value(BaseModel):
    """A frozen part of an event. Readers ignore fields they do not know; the released schema is closed for writers.

    Its validator is built when it is first used: no process uses them all, and a command line most often none.
    """

    model_config = ConfigDict(
        frozen=True, strict=True, extra="ignore", hide_input_in_errors=True, allow_inf_nan=False, defer_build=True
    )


class Event(Value):
    """One version of one past-tense fact.

    Class attributes: `name` in kebab case is the topic and the schema's name, `version` counts from 1.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1

    @classmethod
    def from_json(cls, value: bytes) -> Self:
        """Read the data of a record.

        Raises:
            ValueError: it is no JSON, or not of this version's shape.
        """
        return cls.model_validate_json(value)

    @classmethod
    def from_oversized(cls, value: bytes) -> Self:
        """From a record that is larger than its topic allows, read only what is needed to answer it.

        Raises:
            OversizedError: nobody waits for an answer.
            ValueError: as `from_json`.
        """
        del value
        raise OversizedError

    def to_json(self) -> bytes:
        """The data of a record."""
        return self.__pydantic_serializer__.to_json(self)

    @classmethod
    def released_schema(cls) -> dict[str, Any]:
        """The JSON Schema that writers follow."""
        return cls.model_json_schema()

    @classmethod
    def storable(cls, value: bytes) -> bytes:
        """The bytes as they may be stored; an event that can contain a clear secret removes it."""
        return value

    def upcast(self) -> "Event":
        """The same fact in the next version. Each version but the newest has an upcast of its own.

        Raises:
            NotImplementedError: the first version is the newest.
        """
        raise NotImplementedError

    def subject(self, source: str, stated: str) -> str:
        """The registration this is about, derived from the envelope's subject and the publisher's name."""
        del source
        return stated

    def part(self) -> str:
        """The part of its registration this is about: the numbers of connections, or "" for all of it."""
        return ""

    def series(self) -> str:
        """The name of its series: within one registration and producer, a revision below one already seen is stale.

        "" if it belongs to no series.
        """
        part = self.part()
        return f"{self.name}/{part}" if part else self.name


EventType = type[Event]
