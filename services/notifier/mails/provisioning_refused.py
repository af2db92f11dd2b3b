"""The mail that says that a link cannot be made, and why."""

from typing import ClassVar

from .letter import FixedParagraph, Letter, Paragraph, Points
from .mail import ConnectionMail


class ProvisioningRefusedMail(ConnectionMail):
    """`reasons` are sentences."""

    kind: ClassVar[str] = "provisioning-refused"

    reasons: tuple[str, ...]

    def letter(self) -> Letter:
        """Say why, and what the customer may do."""
        return Letter(
            f"Salariskoppeling niet gelukt: {self.company_name}",
            (
                FixedParagraph("Beste relatie,"),
                Paragraph("Het is niet gelukt om de salariskoppeling voor ", self.company_name, " te maken. De reden:"),
                Points(self.reasons),
                FixedParagraph("Is dit opgelost? Meld deze werkgeverscode dan opnieuw aan."),
                self.particulars(),
                *self.ending(),
            ),
        )
