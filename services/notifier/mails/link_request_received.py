"""The mail to the employer who has asked for a link."""

from typing import ClassVar

from .letter import Block, FixedParagraph, Paragraph, Row
from .mail import ApplicationMail

_NEXT = FixedParagraph(
    "Je salarisverwerker krijgt hierover een mail en meldt je aan. Je hoeft nu niets te doen. "
    "Klopt het e-mailadres van je salarisverwerker hieronder niet? Geef dan een correctie door."
)
_NOT_TOLD = FixedParagraph(
    "Je salarisverwerker heeft al een mail gekregen, en voor die verandert er niets. Je hoeft nu niets te doen."
)


class LinkRequestReceivedMail(ApplicationMail):
    """The processor is shown as it was typed, so that a slip is seen. `processor_told`: it gets a mail as well."""

    kind: ClassVar[str] = "link-request-received"

    processor_name: str
    processor_email: str
    processor_told: bool = True

    def subject(self) -> str:
        """It is here."""
        return f"Aanvraag salariskoppeling ontvangen: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        """Say what comes next."""
        return Paragraph(
            "Wij hebben je aanvraag van een salariskoppeling voor ", self.company_name, " ontvangen."
        ), _NEXT if self.processor_told else _NOT_TOLD

    def particulars(self) -> tuple[Row, ...]:
        """Say which processor."""
        processor = ("Salarisverwerker", self.processor_name), ("E-mail salarisverwerker", self.processor_email)
        return (*processor, *super().particulars())
