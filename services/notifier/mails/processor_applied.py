"""The mail to a processor that has registered and waits for a.s.r.'s review."""

from typing import ClassVar

from services.notifier.mails.letter import Block, FixedParagraph, Paragraph
from services.notifier.mails.mail import ApplicationMail


class ProcessorAppliedMail(ApplicationMail):
    """It was received."""

    kind: ClassVar[str] = "processor-applied"

    def subject(self) -> str:
        return f"Aanmelding salarisverwerker ontvangen: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        return (
            Paragraph("Wij hebben de aanmelding van ", self.company_name, " als salarisverwerker ontvangen."),
            FixedParagraph(
                "a.s.r. bekijkt de aanmelding en mailt je of je bent bevestigd. Je kunt werkgevers nu al aanmelden: "
                "die aanmeldingen wachten tot je bent bevestigd."
            ),
        )
