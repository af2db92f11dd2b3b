"""The mail that says what has to be corrected in a form."""

from typing import ClassVar

from .letter import FixedParagraph, Letter, Paragraph, Points
from .mail import Mail

_AGAIN = FixedParagraph("Vul daarna het formulier opnieuw in. Wat je eerder hebt verstuurd, gebruiken wij niet.")


class RegistrationRejectedMail(Mail):
    """`corrections` are sentences, each begun with the field's name. The company is None where the form named none."""

    kind: ClassVar[str] = "registration-rejected"

    company_name: str | None
    corrections: tuple[str, ...]

    def letter(self) -> Letter:
        """Say what to correct, field by field."""
        whose = f" voor {self.company_name}" if self.company_name else ""
        return Letter(
            f"Aanmelding salariskoppeling niet verwerkt{': ' if self.company_name else ''}{self.company_name or ''}",
            (
                FixedParagraph("Beste relatie,"),
                Paragraph(f"Je aanmelding van een salariskoppeling{whose} klopt nog niet. Verbeter dit:"),
                Points(self.corrections),
                _AGAIN,
                *self.ending(),
            ),
        )
