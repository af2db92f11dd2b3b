"""The mail that says that a registration has ended, and why."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from schemas.values import EndReason
from services.notifier.mails.letter import Block, FixedParagraph, Paragraph, Row
from services.notifier.mails.mail import ASK_PROCESSOR_WHY, NOT_YOU, REGISTRATION_PAGE, REQUEST_PAGE, ApplicationMail

ENDS: Mapping[EndReason, str] = {
    "withdrawn": "Dat is gevraagd met de code uit onze mail.",
    "superseded": "Een nieuwe aanmelding komt ervoor in de plaats.",
    "lapsed": "Wij hebben te lang moeten wachten op wat nog nodig was.",
}
"""Why it ended, in words the customer understands."""
_CODE_OF_PROCESSOR = "Dat is gevraagd met de code uit onze mail aan je salarisverwerker."

_NO_MORE = FixedParagraph("Je salarisverwerker kan je op deze aanvraag niet meer aanmelden.")
_STAYS = FixedParagraph(
    "Een koppeling die er al is, blijft werken. Wil je die ook stoppen? Vraag dat dan aan je salarisverwerker."
)
_ASK_AGAIN = FixedParagraph(f"Wil je de koppeling toch? Vraag haar dan opnieuw aan op {REQUEST_PAGE}.")
_CALLED_OFF = FixedParagraph("Was hierop al een koppeling bij Keylane aangevraagd? Dan zeggen wij die daar af.")
_AGAIN = FixedParagraph(f"Wil je de koppeling toch? Doe dan een nieuwe aanmelding op {REGISTRATION_PAGE}.")
_ASK_PROCESSOR = FixedParagraph(
    "Wil je weten waarom, of wil je de koppeling toch? Neem dan contact op met je salarisverwerker. Die kan je opnieuw "
    "aanmelden."
)
_OTHER_NUMBER = "Je salarisverwerker heeft haar veranderd: zij is nu voor een andere werkgever of een ander nummer."
_STOPS = FixedParagraph(
    "Werkt de koppeling al, of krijg je daar nog een mail over? Dan stopt zij zodra Keylane die verandering heeft "
    "verwerkt."
)
_UNKNOWN = FixedParagraph(
    "Weet je daar niet van, of wil je de koppeling toch? Neem dan contact op met je salarisverwerker."
)
_EARLIER_STAYS = FixedParagraph(
    "Deze aanmelding zou in de plaats komen van een eerdere. Dat deze stopt, verandert niets aan die eerdere."
)
_REPLACE_AGAIN = FixedParagraph(
    f"Loopt die nog, en wil je die nog steeds vervangen? Doe dan een nieuwe aanmelding op {REGISTRATION_PAGE}, met de "
    "referentie en de code van de eerdere aanmelding."
)
_OF_PROCESSOR = FixedParagraph(
    "Op deze aanmelding van je kantoor kun je geen werkgevers meer aanmelden. De koppelingen die er zijn, blijven. Wil "
    "je ook die stoppen? Dat kan voor elke koppeling met haar eigen code."
)
_OFFICE_AGAIN = FixedParagraph(
    f"Wil je weer werkgevers aanmelden? Meld je kantoor dan opnieuw aan op {REGISTRATION_PAGE}."
)


class RegistrationEndedMail(ApplicationMail):
    """`superseded_by` is the reference of what takes its place. Without a package it is about an employer's request.

    `corrected`: the registration goes on, for another employer than the reader. `instead_of`: the reference of the
    earlier registration, whose place this one was to take but never did; the earlier one may go on. `to_employer`: the
    reader asked for the link, and its processor filled in the form. `of_processor`: it was a processor's own
    registration.
    """

    kind: ClassVar[str] = "registration-ended"

    reason: EndReason | Literal["corrected"]
    superseded_by: str | None
    instead_of: str | None = None
    to_employer: bool = False
    of_processor: bool = False

    def subject(self) -> str:
        what = "Aanvraag" if self.package_title is None else "Aanmelding"
        return f"{what} salariskoppeling gestopt: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        if self.package_title is None and self.reason == "withdrawn":
            return (
                Paragraph("Je aanvraag voor ", self.company_name, " is ingetrokken met de code uit onze mail."),
                NOT_YOU,
                _NO_MORE,
                _STAYS,
                _ASK_AGAIN,
            )
        by = "De aanmelding door je salarisverwerker voor " if self.to_employer else "De aanmelding voor "
        by_code = not self.to_employer and self.reason in ("withdrawn", "superseded")
        why = (FixedParagraph(self._why()), *((NOT_YOU,) if by_code else ()))
        return (Paragraph(by, self.company_name, " is gestopt."), *why, *self._what_follows())

    def _why(self) -> str:
        if self.reason == "corrected":
            return _OTHER_NUMBER
        return _CODE_OF_PROCESSOR if self.to_employer and self.reason == "withdrawn" else ENDS[self.reason]

    def _what_follows(self) -> tuple[Block, ...]:
        if self.reason == "corrected":
            return _STOPS, _ASK_PROCESSOR
        again = self.reason != "superseded"
        if self.instead_of and again:
            return _EARLIER_STAYS, ASK_PROCESSOR_WHY if self.to_employer else _REPLACE_AGAIN
        if self.of_processor:
            return (_OF_PROCESSOR, _OFFICE_AGAIN) if again else (_OF_PROCESSOR,)
        if self.to_employer:
            return (_CALLED_OFF, _ASK_PROCESSOR) if again else (_UNKNOWN,)
        return (_CALLED_OFF, _AGAIN) if again else ()

    def particulars(self) -> tuple[Row, ...]:
        instead = (("Nieuwe aanmelding", self.superseded_by), ("Eerdere aanmelding", self.instead_of))
        return (*super().particulars(), *((label, other) for label, other in instead if other))
