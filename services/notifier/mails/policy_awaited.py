"""The mail that says which of a.s.r.'s data a registration waits for."""

from collections.abc import Mapping
from typing import ClassVar

from schemas.events.policy_awaited import WaitReason
from services.notifier.mails.letter import Block, FixedParagraph, Paragraph, Points, Row
from services.notifier.mails.mail import ApplicationMail

WAITS: Mapping[WaitReason, str] = {
    "POLICY_NOT_FOUND": "Bij dit contract en loonheffingennummer is nog geen polis bekend.",
    "NUMBERS_MISSING": "Het raamwerkcontractnummer of het loonheffingennummer ontbreekt. Wij zoeken het op.",
    "MANDATE_MISSING": "De werkgever heeft de salarisverwerker nog geen machtiging gegeven.",
}
"""What is waited for, in words the customer understands."""

ADVICE: Mapping[WaitReason, str] = {
    "POLICY_NOT_FOUND": "Controleer beide nummers. Klopt er iets niet? Geef het juiste nummer door met een correctie. "
    "Kloppen ze? Dan hoef je niets te doen: zodra de polis er is, gaan wij vanzelf verder.",
    "NUMBERS_MISSING": "Je hoeft niets te doen. Weet je het nummer? Geef het dan door met een correctie: dat gaat "
    "sneller.",
    "MANDATE_MISSING": "Laat de werkgever de machtiging aan a.s.r. geven. Weet je niet hoe dat gaat? Beantwoord dan "
    "onze mail. Is de machtiging er? Dan gaan wij vanzelf verder.",
}
"""What who filled in the form can do about it."""

_OF_EMPLOYER = Points(("Je hebt je salarisverwerker nog geen machtiging gegeven om gegevens aan te leveren.",))
_EMPLOYER_ACTS = FixedParagraph(
    "Geef de machtiging aan a.s.r. Weet je niet hoe dat gaat? Beantwoord dan deze mail. Is de machtiging er? Dan gaan "
    "wij vanzelf verder."
)


class PolicyAwaitedMail(ApplicationMail):
    """`reason` is what is missing; `number` is 0 at first, and higher in reminders.

    `to_employer`: the reader can give the mandate, but did not fill in the form. The numbers are those under which no
    policy was found, as far as the form had them; the `loonheffingennummer` is masked.
    """

    kind: ClassVar[str] = "policy-awaited"

    reason: WaitReason
    number: int = 0
    to_employer: bool = False
    raamwerkcontractnummer: str | None = None
    loonheffingennummer: str | None = None

    def subject(self) -> str:
        return f"{'Herinnering: s' if self.number else 'S'}alariskoppeling wacht op gegevens: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        opening = Paragraph("Wij kunnen met de salariskoppeling voor ", self.company_name, " nog niet verder:")
        if self.to_employer:
            return opening, _OF_EMPLOYER, _EMPLOYER_ACTS
        return opening, Points((WAITS[self.reason],)), FixedParagraph(ADVICE[self.reason])

    def particulars(self) -> tuple[Row, ...]:
        numbers = (
            ("Raamwerkcontractnummer", self.raamwerkcontractnummer),
            ("Loonheffingennummer", self.loonheffingennummer),
        )
        return (*((label, number) for label, number in numbers if number), *super().particulars())
