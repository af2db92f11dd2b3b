"""The mail that says what a registration waits for before it can go on."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from schemas.events.registration_held import Requirement

from .dutch import day_in_words
from .letter import Block, FixedParagraph, Paragraph, Points, Row
from .mail import ApplicationMail

REQUIREMENTS: Mapping[Requirement, str] = {
    "PROCESSOR_CONFIRMATION": "a.s.r. moet de salarisverwerker nog bevestigen. Is de salarisverwerker nog niet "
    "aangemeld? Dan moet dat eerst.",
    "EMPLOYER_REQUEST": "De werkgever moet de koppeling zelf nog aanvragen op asr.nl/salariskoppeling.",
    "SUPERSEDED_REGISTRATION": "Wij moeten de eerdere aanmelding nog stoppen. Dat doen wij zelf.",
}
"""What is waited for, in words the customer understands."""

_WAITS = " is goed ingevuld, maar kan nog niet verder. Wij wachten hierop:"
_GOES_ON = FixedParagraph("Is dat gebeurd? Dan gaan wij vanzelf verder. Tot die tijd bewaren wij de aanmelding.")
_LAPSES = FixedParagraph(
    "Na die datum vervalt de aanmelding. Wacht alleen een correctie? Dan vervalt die, en blijft alles zoals het was."
)


class RegistrationHeldMail(ApplicationMail):
    """`number` 0 says so first, higher ones remind. `to_employer`: the reader is not who filled in the form."""

    kind: ClassVar[str] = "registration-held"

    waits_for: tuple[Requirement, ...]
    number: int
    lapses_on: date
    to_employer: bool = False

    def subject(self) -> str:
        """It waits."""
        return f"{'Herinnering: a' if self.number else 'A'}anmelding salariskoppeling wacht: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        """Say what it waits for."""
        before = "De aanmelding door je salarisverwerker voor " if self.to_employer else "Je aanmelding voor "
        reasons = Points(tuple(REQUIREMENTS[one] for one in self.waits_for))
        return Paragraph(before, self.company_name, _WAITS), reasons, _GOES_ON

    def particulars(self) -> tuple[Row, ...]:
        """Say until when."""
        return (("Wij wachten tot", day_in_words(self.lapses_on)), *super().particulars())

    def after(self) -> tuple[Block, ...]:
        """Say what happens then."""
        return (_LAPSES,)
