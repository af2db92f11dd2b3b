"""The mail that says what has to be corrected in a form."""

from datetime import date
from typing import ClassVar

from services.notifier.mails.dutch import day_in_words
from services.notifier.mails.letter import Block, FixedParagraph, Paragraph, Points
from services.notifier.mails.mail import ASK_PROCESSOR_WHY, REGISTRATION_PAGE, REQUEST_PAGE, Mail

_WRONG = " klopt nog niet. Verbeter dit:"
_TAKEN = " kunnen wij zo niet verwerken. De reden:"
_CORRECT = FixedParagraph("Geef de verbetering door met een correctie. Wat goed was, vul je niet opnieuw in.")
_IF_SOLVED = FixedParagraph(
    "Is dit opgelost, of bedoelde je iets anders? Geef dat dan door met een correctie. Wat goed was, vul je niet "
    "opnieuw in."
)
_AGAIN = FixedParagraph("Vul daarna het formulier opnieuw in. Wat je eerder hebt verstuurd, gebruiken wij niet.")
_AGAIN_IF_WANTED = FixedParagraph(
    "Wil je toch verder? Vul dan het formulier opnieuw in. Wat je eerder hebt verstuurd, gebruiken wij niet."
)
_LEAVES_OUT = FixedParagraph(
    "Staan er nog andere werkgeverscodes in je aanmelding? Zeg dan in je correctie niets over een code die al is "
    "aangemeld: wij laten die weg en gaan verder met de rest."
)
_NOT_SO = " gaat zo niet door. Wij hebben je salarisverwerker gemaild wat er niet klopt."


class RegistrationRejectedMail(Mail):
    """`corrections` are sentences that each begin with the field's name. The company is None where the form named none.

    `taken`: the only fault is that it was registered already. `leaves_out`: that is so for some of several employer
    codes, and the others can go on without them. `of_request`: the form was an employer's request. Without `code_for`
    nothing can be corrected, and a new form is needed. `correctable_until` is the last day for that; None in mails from
    before it was told. `to_employer`: the reader was told before that the registration by its processor waits.
    """

    kind: ClassVar[str] = "registration-rejected"

    company_name: str | None
    corrections: tuple[str, ...]
    taken: bool = False
    leaves_out: bool = False
    of_request: bool = False
    to_employer: bool = False
    correctable_until: date | None = None

    def page(self) -> str:
        # An employer's request has its own.
        return REQUEST_PAGE if self.of_request else REGISTRATION_PAGE

    def subject(self) -> str:
        what = "Aanmelding" if self.to_employer else "Formulier"
        return f"{what} salariskoppeling niet verwerkt{': ' if self.company_name else ''}{self.company_name or ''}"

    def body(self) -> tuple[Block, ...]:
        if self.to_employer:
            return self._of_processor(), ASK_PROCESSOR_WHY
        return self._opening(), Points(self.corrections), *self._how()

    def _how(self) -> tuple[Block, ...]:
        if self.code_for is None:
            return (_AGAIN_IF_WANTED if self.taken else _AGAIN,)
        until = day_in_words(self.correctable_until) if self.correctable_until else None
        ends = (Paragraph("Dat kan tot ", until, ". Daarna is een nieuw formulier nodig."),) if until else ()
        correct = _IF_SOLVED if self.taken else _CORRECT
        return *((_LEAVES_OUT,) if self.leaves_out else ()), correct, *ends

    def _of_processor(self) -> Block:
        if self.company_name:
            return Paragraph("De aanmelding door je salarisverwerker voor ", self.company_name, _NOT_SO)
        return FixedParagraph(f"De aanmelding door je salarisverwerker{_NOT_SO}")

    def _opening(self) -> Block:
        what = _TAKEN if self.taken else _WRONG
        if self.company_name:
            return Paragraph("Je formulier voor ", self.company_name, what)
        return FixedParagraph(f"Je formulier{what}")
