"""The mail that asks the customer for what only the customer can do."""

from typing import ClassVar

from schemas.event import Value
from services.notifier.mails.letter import Block, FixedParagraph, Paragraph, Points
from services.notifier.mails.mail import ConnectionMail


class Ask(Value):
    """What is wrong, in a sentence, and the steps that solve it, in order."""

    what: str
    steps: tuple[str, ...]

    def blocks(self) -> tuple[Block, ...]:
        """The sentence with its steps below."""
        return Paragraph("", self.what, ""), Points(self.steps)


CORRECTION_WAITS = FixedParagraph(
    "Je hebt ons een correctie gestuurd. Die is nog niet bij Keylane: zij wacht nog op iets. Staat daarin al wat hier "
    "gevraagd wordt? Dan hoef je niets te doen."
)
_NOT_YET = " niet verder. Doe eerst dit."
_STILL_NOT = " nog steeds niet verder. Wij hebben je daar al over gemaild. Doe eerst dit."


class CustomerActionNeededMail(ConnectionMail):
    """Everything that Keylane needs for one connection, whether that has worked already or not.

    `correction_waits`: a correction that waits may bring it. `is_reminder`: the reader was told the same before.
    """

    kind: ClassVar[str] = "customer-action-needed"

    asks: tuple[Ask, ...]
    correction_waits: bool = False
    is_reminder: bool = False

    def subject(self) -> str:
        return (
            f"{'Herinnering: a' if self.is_reminder else 'A'}ctie nodig voor de salariskoppeling: {self.company_name}"
        )

    def body(self) -> tuple[Block, ...]:
        return (
            Paragraph(
                "Keylane kan met de salariskoppeling voor ",
                self.company_name,
                _STILL_NOT if self.is_reminder else _NOT_YET,
            ),
            *(block for ask in self.asks for block in ask.blocks()),
            *((CORRECTION_WAITS,) if self.correction_waits else ()),
            FixedParagraph("Daarna gaat Keylane verder. Werkt de koppeling na je correctie? Dan mailen wij je."),
        )
