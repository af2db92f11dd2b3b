"""The mail that says that a registration has ended, and why."""

from collections.abc import Mapping
from typing import ClassVar

from schemas.values import EndReason

from .letter import Block, FixedParagraph, Paragraph, Row
from .mail import REGISTRATION_PAGE, REQUEST_PAGE, ApplicationMail

ENDS: Mapping[EndReason, str] = {
    "withdrawn": "De aanmelding is ingetrokken met de code uit onze mail.",
    "superseded": "Een nieuwe aanmelding komt ervoor in de plaats.",
    "lapsed": "Wij hebben te lang moeten wachten op wat nog nodig was.",
}
"""Why it ended, in words the customer understands."""

_NO_MORE = FixedParagraph("Je salarisverwerker kan je op deze aanvraag niet meer aanmelden.")
_ASK_AGAIN = FixedParagraph(f"Wil je de koppeling toch? Vraag haar dan opnieuw aan op {REQUEST_PAGE}.")
_CALLED_OFF = FixedParagraph("Was hierop al een koppeling bij Keylane aangevraagd? Dan zeggen wij die daar af.")
_AGAIN = FixedParagraph(f"Wil je de koppeling toch? Meld je dan opnieuw aan op {REGISTRATION_PAGE}.")


class RegistrationEndedMail(ApplicationMail):
    """`superseded_by` is the reference of what takes its place. Without a package it is an employer's request."""

    kind: ClassVar[str] = "registration-ended"

    reason: EndReason
    superseded_by: str | None

    def subject(self) -> str:
        """It is over."""
        what = "Aanvraag" if self.package_title is None else "Aanmelding"
        return f"{what} salariskoppeling gestopt: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        """Say why, and what comes of it."""
        if self.package_title is None and self.reason == "withdrawn":
            return Paragraph("Je hebt je aanvraag voor ", self.company_name, " ingetrokken."), _NO_MORE, _ASK_AGAIN
        return (
            Paragraph("De aanmelding voor ", self.company_name, " is gestopt."),
            FixedParagraph(ENDS[self.reason]),
            *(() if self.reason == "superseded" else (_CALLED_OFF, _AGAIN)),
        )

    def particulars(self) -> tuple[Row, ...]:
        """Say which one goes on instead."""
        instead = (("Nieuwe aanmelding", self.superseded_by),) if self.superseded_by else ()
        return (*super().particulars(), *instead)
