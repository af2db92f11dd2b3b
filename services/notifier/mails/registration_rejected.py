"""The mail that says what has to be corrected in a form."""

from typing import ClassVar

from .letter import Block, FixedParagraph, Paragraph, Points
from .mail import Mail

_WRONG = " klopt nog niet. Verbeter dit:"
_CORRECT = FixedParagraph("Geef de verbetering door met een correctie. Wat goed was, vul je niet opnieuw in.")
_AGAIN = FixedParagraph("Vul daarna het formulier opnieuw in. Wat je eerder hebt verstuurd, gebruiken wij niet.")


class RegistrationRejectedMail(Mail):
    """`corrections` are sentences, each begun with the field's name. The company is None where the form named none.

    Without `code_for` nothing can be corrected, and a new form is needed.
    """

    kind: ClassVar[str] = "registration-rejected"

    company_name: str | None
    corrections: tuple[str, ...]

    def subject(self) -> str:
        """Something is wrong with it."""
        return f"Aanmelding salariskoppeling niet verwerkt{': ' if self.company_name else ''}{self.company_name or ''}"

    def body(self) -> tuple[Block, ...]:
        """Say what to correct, field by field, and how."""
        return self._opening(), Points(self.corrections), _CORRECT if self.code_for else _AGAIN

    def _opening(self) -> Block:
        if self.company_name:
            return Paragraph("Je aanmelding van een salariskoppeling voor ", self.company_name, _WRONG)
        return FixedParagraph(f"Je aanmelding van een salariskoppeling{_WRONG}")
