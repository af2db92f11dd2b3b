"""The mail to the employer who has asked for a link."""

from typing import ClassVar

from services.notifier.mails.letter import Block, FixedParagraph, Paragraph, Row
from services.notifier.mails.mail import ApplicationMail

_CHANGED = " is veranderd. Hieronder staat welke salarisverwerker jou mag aanmelden."
_IF_WRONG = "Klopt het e-mailadres van je salarisverwerker hieronder niet? Geef dan een correctie door."
_NEXT = FixedParagraph(
    "Je salarisverwerker krijgt hierover een mail, en meldt je aan als dat nog niet is gebeurd. Je hoeft nu niets te "
    f"doen. {_IF_WRONG}"
)
_NOT_TOLD = FixedParagraph(
    "Je salarisverwerker heeft al een mail gekregen, en voor die verandert er niets. Je hoeft nu niets te doen. "
    f"{_IF_WRONG}"
)
_STAYS = FixedParagraph(
    "Een koppeling die er al is, blijft zoals zij is. Heb je een andere salarisverwerker gekozen? Vraag de vorige dan "
    "om de oude koppeling te stoppen. Lukt dat niet? Beantwoord dan deze mail."
)
_WAITS = FixedParagraph(
    "Wij hebben je salarisverwerker opnieuw een mail gestuurd. Vraag of die is aangekomen. Klopt het e-mailadres "
    "hieronder niet? Geef dan een correctie door. Heeft je salarisverwerker je wel aangemeld? Vergelijk dan samen het "
    "e-mailadres en het loonheffingennummer: die moeten op beide formulieren gelijk zijn."
)


class LinkRequestReceivedMail(ApplicationMail):
    """It shows the processor's address as it was typed, so that a mistake is seen.

    `processor_told`: the processor gets a mail as well. `number` is 0 at first, and higher in reminders. `corrected`:
    the employer has asked before, and it or a.s.r. has changed something since.
    """

    kind: ClassVar[str] = "link-request-received"

    processor_name: str
    processor_email: str
    processor_told: bool = True
    number: int = 0
    corrected: bool = False

    def subject(self) -> str:
        if self.number:
            return f"Herinnering: aanvraag salariskoppeling wacht: {self.company_name}"
        return f"Aanvraag salariskoppeling {'veranderd' if self.corrected else 'ontvangen'}: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        if self.number:
            return Paragraph(
                "Voor ",
                self.company_name,
                " heb je een salariskoppeling aangevraagd. Wij hebben nu geen aanmelding van je salarisverwerker.",
            ), _WAITS
        before, after = ("Je", _CHANGED) if self.corrected else ("Wij hebben je", " ontvangen.")
        opening = Paragraph(f"{before} aanvraag van een salariskoppeling voor ", self.company_name, after)
        stays = (_STAYS,) if self.corrected else ()
        return opening, _NEXT if self.processor_told else _NOT_TOLD, *stays

    def particulars(self) -> tuple[Row, ...]:
        processor = ("Salarisverwerker", self.processor_name), ("E-mail salarisverwerker", self.processor_email)
        return (*processor, *super().particulars())
