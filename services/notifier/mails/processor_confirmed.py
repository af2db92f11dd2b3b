"""The mail to a processor that a.s.r. has confirmed."""

from typing import ClassVar

from .letter import Block, FixedParagraph, Paragraph
from .mail import ApplicationMail

_MOVED = FixedParagraph(
    "Heb je een ander e-mailadres doorgegeven? Werkgevers die de koppeling al hadden aangevraagd, staan nog bij het "
    "oude adres. Vraag a.s.r. om ze over te zetten. Geef het nieuwe adres ook door voor elke werkgever die je al had "
    "aangemeld, als correctie."
)


class ProcessorConfirmedMail(ApplicationMail):
    """It may register employers. `corrected`: by a form that was corrected, and may have another address since."""

    kind: ClassVar[str] = "processor-confirmed"

    corrected: bool = False

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
            *((_MOVED,) if self.corrected else ()),
        )
