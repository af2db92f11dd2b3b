"""What the judge reports: findings by invariant, and how far each invariant could be decided."""

from dataclasses import dataclass
from enum import StrEnum


class Invariant(StrEnum):
    """The invariants of ARCHITECTURE.md, in the order of every listing."""

    I1 = "I1"
    I2 = "I2"
    I3 = "I3"
    I4 = "I4"
    I5 = "I5"
    I6 = "I6"
    I7 = "I7"
    I8 = "I8"
    I9 = "I9"
    I10 = "I10"
    I11 = "I11"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong. No personal data: `about` names a registration's id or a record's place.

    `what` says in one sentence what is wrong; `act` says what an operator does next.
    """

    invariant: Invariant
    code: str
    about: str
    what: str
    act: str
