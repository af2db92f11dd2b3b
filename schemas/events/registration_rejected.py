"""A form was refused, with everything that has to be corrected."""

from typing import ClassVar

from schemas.event import Event, Value


class FormFault(Value):
    """One thing to correct: where, which, and in the customer's words. Never the value."""

    field: str
    code: str
    message: str


class RegistrationRejected(Event):
    """`email`, `company_name` and `package` are what could be made of the form."""

    name: ClassVar[str] = "registration-rejected"

    reference: str
    email: str | None
    company_name: str | None
    package: str | None
    faults: tuple[FormFault, ...]
