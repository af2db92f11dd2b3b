"""Moves employers' requests to a processor's new address, as an operator has told.

`koppeling processors move` queues a wake-up for each request. Each request follows in its own lane, as if its employer
had corrected the address: that employer is told to whom its request goes now, with the code by which it may choose
otherwise. The processor's held registrations follow too, as if the processor had corrected them.
"""

from typing import Any, NamedTuple, Self

from payroll import fields
from payroll.address_key import address_key
from payroll.fault import FieldError
from payroll.form import LinkRequest
from services.intake import link_request
from services.intake.considering import consider
from services.intake.documents import Intake
from services.intake.named_form import read_form
from services.intake.rejection import reject
from services.intake.submission import Submission
from services.intake.terms import Terms
from stream.service import Case, Emit, Ignore

_PREFIX = "processor-moved"


class MovedProcessor(NamedTuple):
    """`before` hashes the address that it has left; `email` is the present one."""

    before: str
    email: str

    @property
    def text(self) -> str:
        """The text that each request is told."""
        return f"{_PREFIX}:{self.before}:{self.email}"

    @classmethod
    def told_by(cls, text: str) -> Self | None:
        """What this text tells; None for any other text."""
        prefix, *told = text.split(":", 2)
        return cls(*told) if prefix == _PREFIX else None

    def is_named_by(self, typed: object) -> bool:
        """Whether this typed address is the one that it has left."""
        try:
            return address_key(fields.email(typed)) == self.before
        except FieldError:
            return False

    def in_form_of(self, known: Intake) -> dict[str, Any] | None:
        """The form with the new address, if this submission follows the processor and still names the earlier one."""
        field = _field_of_address(known)
        if known.form is None or field is None or not self.is_named_by(known.form.get(field)):
            return None
        return {**known.form, field: self.email}


def _field_of_address(known: Intake) -> str | None:
    """The field with the processor's address, if this follows it; submitted registrations do not (decisions/0017)."""
    match known.answer, (known.form or {}).get("kind"):
        case "requested", _:
            return "processor_email"
        case "held", "employer_registration" if known.stands is None:
            return "email"
        case _:
            return None


def follow(case: Case[None], known: Intake, moved: MovedProcessor, terms: Terms) -> Emit | Ignore:
    """It is the processor's at its new address from now on, unless it has ended or chosen otherwise."""
    form = moved.in_form_of(known)
    if form is None:
        return Ignore("MOVED_ON")
    # The operator who said so heard it from the processor: nobody is told at the address that it has left.
    there = known.but(email=moved.email) if known.answer == "held" else known
    submission = Submission(case, terms, form, known.cycle + 1, known.sealed_to, there)
    read = read_form(form, case.subject, also=known.sealed_to, kept=True)
    if isinstance(read, LinkRequest):
        return link_request.ask(submission, read, follows=True)
    considered = consider(submission, read)
    return considered if isinstance(considered, Emit) else reject(submission, read, considered)
