"""The mail that says why a correction changed nothing."""

from typing import ClassVar

from .letter import Block, FixedParagraph, Paragraph, Points
from .mail import ApplicationMail

_WRONG = " klopt nog niet. Er is niets veranderd. Verbeter dit:"


class CorrectionRefusedMail(ApplicationMail):
    """`corrections` are sentences, each begun with the field's name."""

    kind: ClassVar[str] = "correction-refused"

    corrections: tuple[str, ...]

    def subject(self) -> str:
        """Something is wrong with it."""
        return f"Correctie salariskoppeling niet verwerkt: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        """Say what to correct, field by field."""
        return (
            Paragraph("Je correctie voor ", self.company_name, _WRONG),
            Points(self.corrections),
            FixedParagraph("Geef daarna opnieuw een correctie door. De code blijft dezelfde."),
        )
