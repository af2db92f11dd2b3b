"""The mail that says what has to be corrected in a form."""

from typing import ClassVar

from .letter import Block, FixedParagraph, Letter, Paragraph, Points
from .mail import Mail

_WRONG = " klopt nog niet. Verbeter dit:"
_AGAIN = FixedParagraph("Vul daarna het formulier opnieuw in. Wat je eerder hebt verstuurd, gebruiken wij niet.")


class RegistrationRejectedMail(Mail):
    """`corrections` are sentences, each begun with the field's name. The company is None where the form named none."""

    kind: ClassVar[str] = "registration-rejected"

    company_name: str | None
    corrections: tuple[str, ...]

    def letter(self) -> Letter:
        """Say what to correct, field by field."""
        return Letter(
            f"Aanmelding salariskoppeling niet verwerkt{': ' if self.company_name else ''}{self.company_name or ''}",
            (
                FixedParagraph("Beste relatie,"),
                self._opening(),
                Points(self.corrections),
                _AGAIN,
                *self.ending(),
            ),
        )

    def _opening(self) -> Block:
        if self.company_name:
            return Paragraph("Je aanmelding van een salariskoppeling voor ", self.company_name, _WRONG)
        return FixedParagraph(f"Je aanmelding van een salariskoppeling{_WRONG}")
