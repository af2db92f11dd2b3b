"""The mail that says that some links of a registration have ended, while the others go on."""

from typing import ClassVar

from services.notifier.mails.letter import Block, FixedParagraph, Paragraph, Points
from services.notifier.mails.mail import ASK_PROCESSOR_WHY, NOT_YOU, ApplicationMail

_BY_CODE = FixedParagraph("Ze zijn ingetrokken met de code uit onze mail. Deze werkgeverscodes stoppen:")
_BY_CODE_OF_PROCESSOR = FixedParagraph(
    "Ze zijn ingetrokken met de code uit onze mail aan je salarisverwerker. Deze werkgeverscodes stoppen:"
)
_CALLED_OFF = FixedParagraph(
    "Was hiervoor al een koppeling bij Keylane aangevraagd? Dan zeggen wij die daar af. Deze werkgeverscodes kunnen "
    "opnieuw worden aangemeld."
)
_UNCHANGED = FixedParagraph("Aan deze werkgeverscodes verandert niets:")


class ConnectionsWithdrawnMail(ApplicationMail):
    """`ended` and `going_on` are employer codes. `to_employer`: the reader's processor filled in the form."""

    kind: ClassVar[str] = "connections-withdrawn"

    ended: tuple[str, ...]
    going_on: tuple[str, ...]
    to_employer: bool = False

    def subject(self) -> str:
        return f"Deel van salariskoppeling gestopt: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        what = Paragraph("Een deel van de koppelingen voor ", self.company_name, " is gestopt.")
        by = _BY_CODE_OF_PROCESSOR if self.to_employer else _BY_CODE
        return what, by, Points(self.ended), *(() if self.to_employer else (NOT_YOU,)), _CALLED_OFF

    def after(self) -> tuple[Block, ...]:
        return _UNCHANGED, Points(self.going_on), *((ASK_PROCESSOR_WHY,) if self.to_employer else ())
