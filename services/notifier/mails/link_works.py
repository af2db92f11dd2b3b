"""The mail to an employer whose processor has registered the link that it asked for: the link works."""

from datetime import date
from typing import ClassVar

from services.notifier.mails.dutch import day_in_words, period_in_words
from services.notifier.mails.letter import Block, FixedParagraph, Paragraph, Row
from services.notifier.mails.link_realised import SET_UP_ANEW
from services.notifier.mails.mail import ConnectionMail

_NOTHING_TO_DO = FixedParagraph("Je hoeft zelf niets te doen.")
_WHOM_TO_ASK = FixedParagraph(
    "Wil je iets aan de koppeling veranderen, of klopt er iets niet? Neem dan contact op met je salarisverwerker."
)


class LinkWorksMail(ConnectionMail):
    """This is not the confirmation, which goes to the applicant.

    `period_id` is None where Keylane named the day. Both it and `first_exchange_on` are None where the link has
    exchanged before, and works again. `is_anew`: it worked before, and its first exchange is still to come.
    """

    kind: ClassVar[str] = "link-works"

    processor_name: str | None
    first_exchange_on: date | None
    period_id: str | None
    is_anew: bool = False

    def subject(self) -> str:
        again = "" if self.first_exchange_on else " weer"
        return f"Je salariskoppeling werkt{again}: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        return (
            Paragraph(
                "Je hebt een salariskoppeling aangevraagd. Je salarisverwerker heeft die geregeld met ",
                self.package_title,
                ". De koppeling werkt.",
            ),
            *((SET_UP_ANEW,) if self.is_anew else ()),
            _NOTHING_TO_DO,
        )

    def particulars(self) -> tuple[Row, ...]:
        day = (("Eerste uitwisseling", day_in_words(self.first_exchange_on)),) if self.first_exchange_on else ()
        period = (("Over de periode", period_in_words(self.period_id)),) if self.period_id is not None else ()
        processor = (("Salarisverwerker", self.processor_name),) if self.processor_name else ()
        return (*day, *period, *processor, *super().particulars())

    def after(self) -> tuple[Block, ...]:
        return (_WHOM_TO_ASK,)
