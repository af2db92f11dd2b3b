"""The mail to a processor that an employer had chosen and no longer asks."""

from typing import ClassVar

from services.notifier.mails.letter import Block, FixedParagraph, Row
from services.notifier.mails.mail import REGISTRATION_PAGE, Mail

_LEFT = FixedParagraph(
    "Een werkgever had jou gekozen voor een salariskoppeling. Die keuze is nu ingetrokken. Hieronder staat wie dat is."
)
_NOTHING_TO_DO = FixedParagraph("Je hoeft deze werkgever niet meer aan te melden.")
_STAYS = FixedParagraph(
    "Heb je dat al gedaan? Je aanmelding stopt niet vanzelf, en een koppeling die werkt, blijft werken. Moet zij "
    f"stoppen? Dat kan op {REGISTRATION_PAGE}, met de referentie en de code uit onze mail over die aanmelding."
)
_ASK_EMPLOYER = FixedParagraph("Klopt dat volgens jou niet? Neem dan contact op met de werkgever.")


class LinkRequestLeftMail(Mail):
    """The employer asks for no link any more, or asks another processor: the mail does not say which."""

    kind: ClassVar[str] = "link-request-left"

    company_name: str

    def subject(self) -> str:
        # The employer's name is in the particulars only, as in the mail that asked this processor.
        return f"Aanvraag salariskoppeling ingetrokken door een werkgever ({self.reference})"

    def body(self) -> tuple[Block, ...]:
        return _LEFT, _NOTHING_TO_DO, _STAYS, _ASK_EMPLOYER

    def particulars(self) -> tuple[Row, ...]:
        return (("Werkgever", self.company_name), *super().particulars())
