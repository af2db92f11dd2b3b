"""The mail to a processor that has registered and waits for a.s.r.'s review."""

from typing import ClassVar

from services.notifier.mails.letter import Block, FixedParagraph, Paragraph, Points
from services.notifier.mails.mail import ApplicationMail

_PREREQUISITES = FixedParagraph("Controleer of je dit al hebt gedaan. Anders kan Keylane straks niet verder:")


class ProcessorAppliedMail(ApplicationMail):
    """The registration was received. `prerequisites` are sentences of the package."""

    kind: ClassVar[str] = "processor-applied"

    prerequisites: tuple[str, ...] = ()

    def subject(self) -> str:
        return f"Aanmelding salarisverwerker ontvangen: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        return (
            Paragraph("Wij hebben de aanmelding van ", self.company_name, " als salarisverwerker ontvangen."),
            FixedParagraph(
                "a.s.r. bekijkt de aanmelding en mailt je of je bent bevestigd. Je kunt werkgevers nu al aanmelden: "
                "die aanmeldingen wachten tot je bent bevestigd."
            ),
            *((_PREREQUISITES, Points(self.prerequisites)) if self.prerequisites else ()),
        )
