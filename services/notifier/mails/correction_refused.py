"""The mail that says why a correction or a withdrawal changed nothing."""

from typing import ClassVar

from services.notifier.mails.letter import Block, FixedParagraph, Paragraph, Points
from services.notifier.mails.mail import ASK_PROCESSOR_WHY, ApplicationMail

_WRONG = " klopt nog niet. Er is niets veranderd. Verbeter dit:"
_LAPSED = " is vervallen. Alles blijft zoals het voor de correctie was."
_ENDED = " is al gestopt. Wat je nu doorgeeft, verandert daar niets meer aan."
_NOT_MOVED = FixedParagraph(
    "Met die correctie gaf iemand dit e-mailadres door. Onze mails gaan weer naar het eerdere e-mailadres. De code uit "
    "onze mail aan dit adres werkt niet meer."
)
_WAITED = FixedParagraph("Wij hebben te lang moeten wachten op wat nog nodig was.")
_OVERTAKEN = FixedParagraph("De correctie moest wachten. Intussen klopt dit niet meer:")
_CORRECT = FixedParagraph("Geef het daarna opnieuw door, met de code in deze mail.")
_AGAIN = FixedParagraph("Wil je nog steeds iets veranderen? Geef dan een nieuwe correctie door.")


class CorrectionRefusedMail(ApplicationMail):
    """`corrections` are sentences that each begin with the field's name.

    `lapsed`: the correction had to wait, and `corrections` say what became wrong meanwhile; there are none if it waited
    too long. `ended`: what it was to correct has ended, so only a new form helps. `moves`: the reader is at the address
    to which the correction would have moved the registration, and gets no code. `to_employer`: the reader's processor
    has sent it.
    """

    kind: ClassVar[str] = "correction-refused"

    corrections: tuple[str, ...]
    lapsed: bool = False
    ended: bool = False
    moves: bool = False
    to_employer: bool = False

    def subject(self) -> str:
        # It changed nothing; what was refused at once may have been a withdrawal.
        what = "Correctie" if self.lapsed else "Wijziging"
        return f"{what} salariskoppeling niet verwerkt: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        if self.ended:
            what = "De aanvraag voor " if self.package_title is None else "De aanmelding voor "
            return Paragraph(what, self.company_name, _ENDED), _anew(self.page())
        if self.moves:
            return Paragraph("De correctie voor ", self.company_name, _LAPSED), _NOT_MOVED
        if self.to_employer:
            by = "De correctie door je salarisverwerker voor "
            return Paragraph(by, self.company_name, _LAPSED), ASK_PROCESSOR_WHY
        if not self.lapsed:
            return Paragraph("Wat je doorgaf voor ", self.company_name, _WRONG), Points(self.corrections), _CORRECT
        why = (_OVERTAKEN, Points(self.corrections)) if self.corrections else (_WAITED,)
        return Paragraph("Je correctie voor ", self.company_name, _LAPSED), *why, _AGAIN


def _anew(page: str) -> FixedParagraph:
    # The reader may have sent a withdrawal.
    return FixedParagraph(
        "Wilde je alleen stoppen? Dan hoef je niets te doen. "
        f"Wil je toch verder? Vul dan een nieuw formulier in op {page}."
    )
