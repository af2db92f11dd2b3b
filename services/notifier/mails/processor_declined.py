"""The mail to a processor that a.s.r. has declined."""

from typing import ClassVar

from services.notifier.mails.letter import Block, FixedParagraph, Paragraph, Points
from services.notifier.mails.mail import ApplicationMail


class ProcessorDeclinedMail(ApplicationMail):
    """`reason` is a sentence that a.s.r. wrote."""

    kind: ClassVar[str] = "processor-declined"

    reason: str

    def subject(self) -> str:
        return f"Niet bevestigd als salarisverwerker: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        return (
            Paragraph("a.s.r. heeft ", self.company_name, " niet bevestigd als salarisverwerker. De reden:"),
            Points((self.reason,)),
            FixedParagraph("Is dit opgelost? Geef het door met een correctie. a.s.r. bekijkt je aanmelding opnieuw."),
        )
