"""What the judge says: findings by invariant, and how far each invariant could be decided."""

from dataclasses import dataclass
from enum import StrEnum


class Invariant(StrEnum):
    """What always holds (ARCHITECTURE.md). The order is that of every listing."""

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
    """One thing that should not be. No personal data: `about` names a registration's id or a record's place.

    `what` is one sentence that says what is wrong; `act` is what an operator does next.
    """

    invariant: Invariant
    code: str
    about: str
    what: str
    act: str
