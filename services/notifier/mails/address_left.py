"""The mail to an address that a registration has left: whoever reads it may not have asked for that."""

from typing import ClassVar

from services.notifier.mails.letter import Block, FixedParagraph, Paragraph, Row
from services.notifier.mails.mail import Mail

_ELSEWHERE = FixedParagraph(
    "Onze mails gaan voortaan naar dat adres. De code uit eerdere mails aan dit adres werkt niet meer."
)
_WAS_IT_YOU = FixedParagraph(
    "Heb jij dat doorgegeven, en klopt het nieuwe adres? Dan hoef je niets te doen. Zo niet, beantwoord dan deze mail."
)


class AddressLeftMail(Mail):
    """It names neither the new address nor the company, and has no correction code, as its reader may be a stranger.

    That is so where somebody corrects a mistyped address. The same correction may have changed the company too. Without
    a package it is about an employer's request.
    """

    kind: ClassVar[str] = "address-left"

    package_title: str | None = None

    def subject(self) -> str:
        return f"Ander e-mailadres voor salariskoppeling: {self.reference}"

    def body(self) -> tuple[Block, ...]:
        what = "aanvraag" if self.package_title is None else "aanmelding"
        changed = Paragraph(f"Voor de {what} met referentie ", self.reference, " is een ander e-mailadres doorgegeven.")
        return changed, _ELSEWHERE, _WAS_IT_YOU

    def particulars(self) -> tuple[Row, ...]:
        package = (("Salarispakket", self.package_title),) if self.package_title else ()
        return (*package, *super().particulars())
