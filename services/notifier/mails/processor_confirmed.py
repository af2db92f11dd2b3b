"""The mail to a processor that a.s.r. has confirmed."""

from typing import ClassVar

from .letter import Block, FixedParagraph, Paragraph
from .mail import ApplicationMail


class ProcessorConfirmedMail(ApplicationMail):
    """It may register employers."""

    kind: ClassVar[str] = "processor-confirmed"

    def subject(self) -> str:
        """It is confirmed."""
        return f"Bevestigd als salarisverwerker: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        """Say what may be done now."""
        return (
            Paragraph("a.s.r. heeft ", self.company_name, " bevestigd als salarisverwerker."),
            FixedParagraph(
                "Werkgevers kunnen je nu kiezen. Heeft een werkgever de koppeling aangevraagd? "
                "Meld de werkgever dan aan op asr.nl/salariskoppeling. "
                "Wat je al had aangemeld en op deze bevestiging wachtte, gaat vanzelf verder."
            ),
        )
