"""The mail that everything is done for: the link works, and its first exchange has a date."""

from datetime import date
from typing import ClassVar

from schemas.values import ConnectionStage

from .dutch import day_in_words, period_in_words, stage_in_words
from .letter import FixedParagraph, Letter, Paragraph, Points
from .mail import ConnectionMail


class LinkRealisedMail(ConnectionMail):
    """`connections` is the whole registration's overview.

    `period_id` is None where Keylane named the day: it names no period.
    """

    kind: ClassVar[str] = "link-realised"

    first_exchange_on: date
    period_id: str | None
    connections: tuple[ConnectionStage, ...]

    def letter(self) -> Letter:
        """Say when, for which link, and how the others fare."""
        return Letter(
            f"Salariskoppeling klaar: {self.company_name}",
            (
                FixedParagraph("Beste relatie,"),
                Paragraph("De salariskoppeling voor ", self.company_name, " werkt. Je hoeft zelf niets meer te doen."),
                self.particulars(*self._first_exchange()),
                FixedParagraph("Alle koppelingen van deze aanmelding:"),
                Points(tuple(f"{one.employer_code}: {stage_in_words(one.stage)}" for one in self.connections)),
                *self.ending(),
            ),
        )

    def _first_exchange(self) -> tuple[tuple[str, str], ...]:
        day = ("Eerste uitwisseling", day_in_words(self.first_exchange_on))
        if self.period_id is None:
            return (day,)
        return day, ("Over de periode", period_in_words(self.period_id))
