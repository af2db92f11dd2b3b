"""The mail that says that a link cannot be made, and why."""

from typing import ClassVar

from .letter import Block, FixedParagraph, Paragraph, Points
from .mail import ConnectionMail


class ProvisioningRefusedMail(ConnectionMail):
    """`reasons` are sentences."""

    kind: ClassVar[str] = "provisioning-refused"

    reasons: tuple[str, ...]

    def subject(self) -> str:
        """It did not work."""
        return f"Salariskoppeling niet gelukt: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        """Say why, and what the customer may do."""
        return (
            Paragraph("Het is niet gelukt om de salariskoppeling voor ", self.company_name, " te maken. De reden:"),
            Points(self.reasons),
            FixedParagraph("Is dit opgelost? Geef het dan door met een correctie. Keylane probeert het opnieuw."),
        )
