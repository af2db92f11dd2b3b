"""What intake remembers: what it answered a form, and who holds which connection and reference."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from stream.document import Document


class Intake(Document):
    """One form answered, for good: the first body wins. Faults and warnings as "field CODE", never a value."""

    kind: ClassVar[str] = "intake"

    answer: Literal["submitted", "rejected"]
    since: AwareDatetime
    reference: str
    package: str | None
    company_name: str | None
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Claim(Document):
    """One live connection belongs to one registration; to none once it was refused."""

    kind: ClassVar[str] = "claim"
    shared: ClassVar[bool] = True

    registration: str | None
    connection: int | None = None


class Reference(Document):
    """What people quote belongs to one registration."""

    kind: ClassVar[str] = "reference"
    shared: ClassVar[bool] = True

    registration: str
