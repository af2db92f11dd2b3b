"""The mail that says that a link cannot be made, and why."""

from typing import ClassVar

from services.notifier.mails.letter import Block, FixedParagraph, Paragraph, Points
from services.notifier.mails.mail import ConnectionMail

_NOT_MADE = "Het is niet gelukt om de salariskoppeling voor "
_OF_PROCESSOR = FixedParagraph(
    "Wij hebben je salarisverwerker gemaild wat de reden is. Is dit opgelost? Dan kan je salarisverwerker dat met een "
    "correctie doorgeven. Keylane probeert het dan opnieuw."
)
_CORRECT = FixedParagraph("Is dit opgelost? Geef het dan door met een correctie. Keylane probeert het opnieuw.")
_CORRECTION_WAITS = FixedParagraph(
    "Je hebt ons een correctie gestuurd. Die is nog niet bij Keylane: zij wacht nog op iets. Lost die dit op? Dan "
    "hoef je niets te doen. Zo niet, geef dan door wat er veranderd is met een nieuwe correctie."
)


class ProvisioningRefusedMail(ConnectionMail):
    """`reasons` are sentences; `steps` solve them, in order.

    `to_employer`: the reader did not fill in the form, and hears both from whoever did. `correction_waits`: a
    correction waits that may solve it.
    """

    kind: ClassVar[str] = "provisioning-refused"

    reasons: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    to_employer: bool = False
    correction_waits: bool = False

    def subject(self) -> str:
        return f"Salariskoppeling niet gelukt: {self.company_name}"

    def body(self) -> tuple[Block, ...]:
        if self.to_employer:
            return Paragraph(_NOT_MADE, self.company_name, " te maken."), _OF_PROCESSOR
        return (
            Paragraph(_NOT_MADE, self.company_name, " te maken. De reden:"),
            Points(self.reasons),
            *((FixedParagraph("Zo los je het op:"), Points(self.steps)) if self.steps else ()),
            _CORRECTION_WAITS if self.correction_waits else _CORRECT,
        )
