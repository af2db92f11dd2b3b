"""Some connections of a registration were withdrawn by its owner; the others go on."""

from typing import ClassVar

from pydantic import Field

from schemas.event import Event, Value
from schemas.values import Applicant


class WithdrawnConnection(Value):
    """Its number in the form, and its employer code."""

    connection: int = Field(ge=1)
    employer_code: str


class ConnectionsWithdrawn(Event):
    """These connections count no more as they were in this or an earlier `cycle`; a later one may bring them back.

    The cycle stays, and so does the code. `going_on` are the employer codes that are left: where none is, the whole
    registration has ended instead. `employer_email` is where an employer asked for the link, if it did.
    """

    name: ClassVar[str] = "connections-withdrawn"

    applicant: Applicant
    cycle: int = Field(ge=1)
    connections: tuple[WithdrawnConnection, ...] = Field(min_length=1)
    going_on: tuple[str, ...] = Field(min_length=1)
    employer_email: str | None

    def part(self) -> str:
        """Of other connections it says nothing."""
        return ",".join(str(one.connection) for one in self.connections)
