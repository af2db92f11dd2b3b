"""The mail to a processor that a.s.r. has confirmed."""

from typing import ClassVar

from services.notifier.mails.letter import Block, FixedParagraph, Paragraph
from services.notifier.mails.mail import REGISTRATION_PAGE, ApplicationMail

_GOES_ON = FixedParagraph(
    "Werkgevers kunnen je nu kiezen. Heeft een werkgever de koppeling aangevraagd? "
    f"Meld de werkgever dan aan op {REGISTRATION_PAGE}. "
    "Wat je al had aangemeld en op deze bevestiging wachtte, gaat vanzelf verder."
)
_STILL = FixedParagraph(
    "Je correctie is verwerkt. Je kunt werkgevers aanmelden. Wat op deze bevestiging wachtte, gaat vanzelf verder."
)
_MOVED = FixedParagraph(
    "Heb je een ander e-mailadres doorgegeven? Werkgevers die de koppeling al hadden aangevraagd, staan nog bij het "
    "oude adres. Beantwoord deze mail, dan zetten wij ze over. Geef het nieuwe adres ook door voor elke werkgever die "
    "je al had aangemeld, als correctie."
)
_CREDENTIALS = FixedParagraph(
    "Heb je andere inloggegevens doorgegeven? Geef dan ook een correctie door voor elke werkgever die je al hebt "
    "aangemeld. Pas dan krijgt Keylane ze. Gebruik daarvoor de referentie en de code uit de mail over die werkgever."
)


class ProcessorConfirmedMail(ApplicationMail):
    """The processor may register employers. `corrected`: it could do so before, and has corrected something since.

    `credentials`: the package uses the processor's own credentials for its employers. Employers that were registered
    with earlier ones keep those until each is corrected.
    """

    kind: ClassVar[str] = "processor-confirmed"

    corrected: bool = False
    credentials: bool = False

    def subject(self) -> str:
        return f"Bevestigd als salarisverwerker: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        if not self.corrected:
            return Paragraph("a.s.r. heeft ", self.company_name, " bevestigd als salarisverwerker."), _GOES_ON
        confirmed = Paragraph("", self.company_name, " is bevestigd als salarisverwerker.")
        return confirmed, _STILL, _MOVED, *((_CREDENTIALS,) if self.credentials else ())
