"""The confirmation: the link works, and its first exchange has a date."""

from datetime import date
from typing import ClassVar

from schemas.values import ConnectionStage
from services.notifier.mails.dutch import day_in_words, period_in_words, stage_in_words
from services.notifier.mails.letter import Block, FixedParagraph, Paragraph, Points, Row
from services.notifier.mails.mail import ConnectionMail

_NOT_DONE = frozenset({"requested", "accepted", "action_needed", "refused"})
SET_UP_ANEW = FixedParagraph("De koppeling is opnieuw ingesteld. Voor de eerste uitwisseling geldt de datum hieronder.")
_OVERVIEW = FixedParagraph("Alle koppelingen van deze aanmelding:")


class LinkRealisedMail(ConnectionMail):
    """`connections` is an overview of the whole registration.

    `first_exchange_on` is None for a link that worked before, if that day is past. `period_id` is None then too, and
    where Keylane named the day, as it names no period. `is_anew`: the link worked before, and its first exchange is
    still to come; the reader was told a day before. `renewal` is the package's.
    """

    kind: ClassVar[str] = "link-realised"

    first_exchange_on: date | None
    period_id: str | None
    is_anew: bool = False
    connections: tuple[ConnectionStage, ...]
    renewal: str | None = None

    def subject(self) -> str:
        return f"Salariskoppeling {'werkt weer' if self._works_again else 'klaar'}: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        done = _NOT_DONE.isdisjoint(one.stage for one in self.connections)
        works = " werkt weer." if self._works_again else " werkt."
        rest = " Je hoeft zelf niets meer te doen." if done else ""
        told = Paragraph("De salariskoppeling voor ", self.company_name, works + rest)
        return (told, SET_UP_ANEW) if self.is_anew else (told,)

    def particulars(self) -> tuple[Row, ...]:
        on, over = self.first_exchange_on, self.period_id
        day = (("Eerste uitwisseling", day_in_words(on)),) if on is not None else ()
        period = (("Over de periode", period_in_words(over)),) if over is not None else ()
        return (*day, *period, *super().particulars())

    def after(self) -> tuple[Block, ...]:
        overview = Points(tuple(f"{one.employer_code}: {stage_in_words(one.stage)}" for one in self.connections))
        return _OVERVIEW, overview, *((Paragraph("", self.renewal, ""),) if self.renewal else ())

    @property
    def _works_again(self) -> bool:
        return self.first_exchange_on is None
