"""The mail that says what a registration waits for before it can go on."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from schemas.events.registration_held import Requirement
from services.notifier.mails.dutch import day_in_words
from services.notifier.mails.letter import Block, FixedParagraph, Paragraph, Points, Row
from services.notifier.mails.mail import REGISTRATION_PAGE, REQUEST_PAGE, ApplicationMail

_OTHER_ADDRESS = (
    "Dan moet in de aanmelding hetzelfde e-mailadres staan. Is dat niet zo? De salarisverwerker geeft het juiste door "
    "met een correctie."
)
REQUIREMENTS: Mapping[Requirement, str] = {
    "PROCESSOR_CONFIRMATION": "a.s.r. heeft de salarisverwerker nog niet bevestigd. Is de salarisverwerker nog niet "
    f"aangemeld? Dan moet die zich eerst aanmelden op {REGISTRATION_PAGE}. Is die afgewezen? Dan moet die eerst "
    f"doorgeven dat de reden weg is. Is die al bevestigd? {_OTHER_ADDRESS}",
    "EMPLOYER_REQUEST": f"De werkgever moet de koppeling zelf nog aanvragen op {REQUEST_PAGE}. Heeft die dat al "
    "gedaan? Vergelijk dan het loonheffingennummer en het e-mailadres van de salarisverwerker: die moeten op beide "
    "formulieren gelijk zijn. Geef met een correctie door wat niet klopt of nog ontbreekt.",
    "SUPERSEDED_REGISTRATION": "Wij moeten de eerdere aanmelding nog stoppen. Dat doen wij zelf.",
}
"""What is waited for, in words the customer understands."""
_CONFIRMATION_WITH = (
    "a.s.r. heeft de salarisverwerker nog niet bevestigd voor {}. Is de salarisverwerker voor dat pakket nog niet "
    f"aangemeld? Dan moet die zich eerst aanmelden op {REGISTRATION_PAGE}, met de eigen inloggegevens. Is die "
    "afgewezen? Dan moet die eerst doorgeven dat de reden weg is. Een bevestiging voor een ander pakket is niet "
    f"genoeg. Is die al bevestigd voor dit pakket? {_OTHER_ADDRESS}"
)

_WAITS = " is goed ingevuld, maar kan nog niet verder. Wij wachten hierop:"
_GOES_ON = FixedParagraph("Is dat gebeurd? Dan gaan wij vanzelf verder. Tot die tijd bewaren wij de aanmelding.")
_STAYS = FixedParagraph(
    "Is dat gebeurd? Dan gaan wij vanzelf verder. Tot die tijd blijft alles zoals het voor de correctie was: werkt de "
    "koppeling, dan blijft zij werken."
)
_SILENT = FixedParagraph(
    "Gaat de correctie verder? Dan mailen wij dat alleen aan je salarisverwerker. Maakt Keylane de koppeling daarvoor "
    "opnieuw? Dan mailen wij jou ook, zodra zij werkt."
)
_LAPSES = FixedParagraph("Wachten wij dan nog? Dan vervalt de aanmelding op die datum.")
_CORRECTION_LAPSES = FixedParagraph(
    "Wachten wij dan nog? Dan vervalt de correctie op die datum, en blijft alles zoals het was."
)


def requirement_in_words(requirement: Requirement, package_title: str | None) -> str:
    """What is waited for; it names the package where the processor has to be confirmed with that package."""
    if requirement == "PROCESSOR_CONFIRMATION" and package_title:
        return _CONFIRMATION_WITH.format(package_title)
    return REQUIREMENTS[requirement]


class RegistrationHeldMail(ApplicationMail):
    """`number` is 0 at first, and higher in reminders. `to_employer`: the reader did not fill in the form.

    `corrects`: it is a correction that waits, of a registration that goes on meanwhile. `credentials`: the package uses
    the processor's own credentials, so the processor has to be confirmed with this package.
    """

    kind: ClassVar[str] = "registration-held"

    waits_for: tuple[Requirement, ...]
    number: int
    lapses_on: date
    to_employer: bool = False
    credentials: bool = False
    corrects: bool = False

    def subject(self) -> str:
        what = f"{self._what} salariskoppeling wacht: {self.company_name}"
        return f"Herinnering: {what}" if self.number else what[0].upper() + what[1:]

    def body(self) -> tuple[Block, ...]:
        before = f"De {self._what} door je salarisverwerker voor " if self.to_employer else f"Je {self._what} voor "
        package_title = self.package_title if self.credentials else None
        reasons = Points(tuple(requirement_in_words(one, package_title) for one in self.waits_for))
        goes_on = (_GOES_ON,) if not self.corrects else (_STAYS, _SILENT) if self.to_employer else (_STAYS,)
        return Paragraph(before, self.company_name, _WAITS), reasons, *goes_on

    def particulars(self) -> tuple[Row, ...]:
        return (("Wij wachten tot", day_in_words(self.lapses_on)), *super().particulars())

    def after(self) -> tuple[Block, ...]:
        return (_CORRECTION_LAPSES if self.corrects else _LAPSES,)

    @property
    def _what(self) -> str:
        return "correctie" if self.corrects else "aanmelding"
