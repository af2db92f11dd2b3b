"""The mail to the processor that an employer has chosen.

Nobody has confirmed yet who sent the form, which may name any address. So its names are in the particulars only, and in
no subject and no sentence of ours.
"""

from typing import ClassVar

from services.notifier.mails.letter import Block, FixedParagraph, Row
from services.notifier.mails.mail import REGISTRATION_PAGE, Mail

_CHOSEN = FixedParagraph(
    "Een werkgever heeft een salariskoppeling aangevraagd en kiest jou als salarisverwerker. "
    "Hieronder staat wie dat is."
)
_NEXT = FixedParagraph(
    f"Ben je door a.s.r. bevestigd als salarisverwerker? Meld deze werkgever dan aan op {REGISTRATION_PAGE}. "
    "Ben je dat nog niet? Meld daar dan eerst je eigen kantoor aan."
)
_DONE = FixedParagraph("Heb je deze werkgever al aangemeld, of ken je die niet? Dan hoef je niets te doen.")
_CHANGED = FixedParagraph(
    "Een werkgever heeft de aanvraag van een salariskoppeling veranderd. Hieronder staat hoe die nu is."
)
_LOOK_AGAIN = FixedParagraph(
    "Heb je deze werkgever al aangemeld? Kijk dan of je aanmelding nog klopt. Zo niet, geef dan een correctie door. "
    f"Heb je dat nog niet gedaan? Meld de werkgever dan aan op {REGISTRATION_PAGE}."
)
_WAITS = FixedParagraph(
    "Wij hebben van deze werkgever nu geen aanmelding. Heb je die wel gedaan, en is die niet gestopt? Dan staat daarin "
    "een ander e-mailadres dan dat van deze mail, of een ander loonheffingennummer dan hieronder. Geef dan een "
    "correctie door."
)
_STRANGER = FixedParagraph("Ken je deze werkgever niet? Dan hoef je niets te doen.")


class LinkRequestedMail(Mail):
    """`loonheffingennummer` is masked, as an employer typed the address. `changed`: the processor was told before.

    `number` is 0 at first, and higher in reminders.
    """

    kind: ClassVar[str] = "link-requested"

    company_name: str
    processor_name: str
    loonheffingennummer: str
    changed: bool = False
    number: int = 0

    def subject(self) -> str:
        said = "Herinnering: salariskoppeling aangevraagd" if self.number else "Salariskoppeling aangevraagd"
        return f"{'Aanvraag veranderd' if self.changed else said} door een werkgever ({self.reference})"

    def body(self) -> tuple[Block, ...]:
        if self.changed:
            return _CHANGED, _LOOK_AGAIN
        return (_CHOSEN, _WAITS, _NEXT, _STRANGER) if self.number else (_CHOSEN, _NEXT, _DONE)

    def particulars(self) -> tuple[Row, ...]:
        return (
            ("Werkgever", self.company_name),
            ("Loonheffingennummer", self.loonheffingennummer),
            ("Salarisverwerker", self.processor_name),
            *super().particulars(),
        )
