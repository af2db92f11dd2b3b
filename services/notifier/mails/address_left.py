"""The mail to an address that a registration has left: whoever reads there may not have asked for that."""

from typing import ClassVar

from services.notifier.mails.letter import Block, FixedParagraph, Paragraph
from services.notifier.mails.mail import ApplicationMail

_ELSEWHERE = FixedParagraph(
    "Onze mails gaan voortaan naar dat adres. De code uit eerdere mails aan dit adres werkt niet meer."
)
_WAS_IT_YOU = FixedParagraph(
    "Heb jij dat doorgegeven, en klopt het nieuwe adres? Dan hoef je niets te doen. Zo niet, neem dan contact op met "
    "a.s.r."
)


class AddressLeftMail(ApplicationMail):
    """It does not name the new address, and brings no code: the reader may be a stranger, by a slip that is mended."""

    kind: ClassVar[str] = "address-left"

    def subject(self) -> str:
        """Its mails go elsewhere."""
        return f"Ander e-mailadres voor salariskoppeling: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        """Say what has changed, and what to do where nobody here has asked for it."""
        what = "aanvraag" if self.package_title is None else "aanmelding"
        changed = Paragraph(f"Voor de {what} van ", self.company_name, " is een ander e-mailadres doorgegeven.")
        return changed, _ELSEWHERE, _WAS_IT_YOU
