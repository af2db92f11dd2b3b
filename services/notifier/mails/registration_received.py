"""The mail that says that a registration, or a correction of it, was received and is good."""

from typing import ClassVar

from services.notifier.mails.letter import Block, FixedParagraph, Paragraph, Points
from services.notifier.mails.mail import ApplicationMail

_GOES_ON = FixedParagraph(
    "Alles is goed ingevuld. Wij zoeken de polis erbij en vragen Keylane om de koppeling te maken. "
    "Werkt de koppeling? Dan mailen wij je de datum van de eerste uitwisseling."
)
_GOES_ON_ANEW = FixedParagraph(
    "Wij gaan verder met de nieuwe gegevens. Moet Keylane daar iets voor doen? Dan mailen wij je zodra de koppeling "
    "werkt. De code uit eerdere mails werkt niet meer."
)
_OLD_CODE = FixedParagraph("De code uit eerdere mails werkt niet meer.")
_PREREQUISITES = FixedParagraph("Controleer of je dit al hebt gedaan. Anders kan Keylane niet verder:")
_KEYLANE_CALLS = FixedParagraph("Keylane neemt contact met je op om samen de rechten goed te zetten.")
_EMPLOYER_CODES = FixedParagraph("De werkgeverscodes in deze aanmelding:")


class RegistrationReceivedMail(ApplicationMail):
    """`corrected`: what was received is a correction; `first`: no form of it was accepted before.

    `prerequisites` are sentences of the package. `keylane_calls`: Keylane contacts the reader about the authorisations.
    """

    kind: ClassVar[str] = "registration-received"

    corrected: bool
    first: bool = False
    employer_codes: tuple[str, ...]
    prerequisites: tuple[str, ...]
    keylane_calls: bool = False

    def subject(self) -> str:
        what = "Correctie" if self.corrected else "Aanmelding"
        return f"{what} salariskoppeling ontvangen: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        what = "correctie" if self.corrected else "aanmelding van een salariskoppeling"
        received = Paragraph(f"Wij hebben je {what} voor ", self.company_name, " ontvangen.")
        if self.corrected and not self.first:
            return received, _GOES_ON_ANEW
        prerequisites = (_PREREQUISITES, Points(self.prerequisites)) if self.prerequisites else ()
        calls = (_KEYLANE_CALLS,) if self.keylane_calls else ()
        return received, _GOES_ON, *calls, *((_OLD_CODE,) if self.corrected else ()), *prerequisites

    def after(self) -> tuple[Block, ...]:
        return _EMPLOYER_CODES, Points(self.employer_codes)
