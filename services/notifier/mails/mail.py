"""What all mails have in common: their values, and how they become a letter."""

from abc import abstractmethod
from typing import ClassVar

from payroll.correction_code import CorrectionCodes
from schemas.event import Value
from services.notifier.mails.letter import Block, FixedParagraph, Letter, Paragraph, Row, Table

_GREETING = FixedParagraph("Beste relatie,")
_SIGNATURE = FixedParagraph("Met vriendelijke groet, a.s.r. salariskoppeling")
_ADDRESS_LEFT = FixedParagraph(
    "Voor deze aanmelding is een ander e-mailadres doorgegeven. Een correctie kan alleen met de code uit onze mail aan "
    "dat adres. Heb jij dat niet doorgegeven, of klopt het nieuwe adres niet? Beantwoord dan deze mail."
)
REQUEST_PAGE = "asr.nl/salariskoppeling"
"""Where an employer asks for the link, and nobody does anything else."""
REGISTRATION_PAGE = "asr.nl/salarisverwerkers"
"""Where processors register themselves and their employers, and where those in eigen beheer register."""
ASK_PROCESSOR_WHY = FixedParagraph("Wil je weten waarom? Neem dan contact op met je salarisverwerker.")
"""For an employer that hears what became of its processor's form, and not why."""


class CodeFor(Value):
    """For which registration and cycle a mail has the correction code; the code itself is stored nowhere.

    `newest` is the cycle whose code was valid when the mail was planned. The code of an earlier cycle is of no use, so
    it is not printed; such a mail goes to an address that the registration has left.
    """

    registration: str
    cycle: int
    newest: int = 0

    @property
    def counts(self) -> bool:
        """Whether the code is valid, so that the reader can use it."""
        return self.cycle >= self.newest


class Mail(Value):
    """The values of one kind of mail, as the ledger keeps them until it is sent.

    The class attribute `kind` names the template. No secret, no personnel number, no whole loonheffingennummer.
    """

    kind: ClassVar[str]

    email: str
    reference: str
    code_for: CodeFor | None = None

    @abstractmethod
    def subject(self) -> str:
        """The subject line: what the mail is about, and whom."""

    @abstractmethod
    def body(self) -> tuple[Block, ...]:
        """The blocks from the greeting to the particulars."""

    def page(self) -> str:
        """The page where the form was filled in, and is corrected."""
        return REGISTRATION_PAGE

    def particulars(self) -> tuple[Row, ...]:
        """What people may want to look up later."""
        return (("Referentie", self.reference),)

    def after(self) -> tuple[Block, ...]:
        """The blocks below the particulars."""
        return ()

    def letter(self, codes: CorrectionCodes) -> Letter:
        """The whole letter. The correction code is made here, when the mail is sent, and nowhere else."""
        rows = self.particulars()
        correcting: tuple[Block, ...] = ()
        if self.code_for is not None and self.code_for.counts:
            rows = (*rows, ("Code", codes.code(self.code_for.registration, self.code_for.cycle)))
            correcting = (_correcting(self.page()),)
        elif self.code_for is not None:
            correcting = (_ADDRESS_LEFT,)
        question = Paragraph("Heb je een vraag? Beantwoord dan deze mail, met je referentie: ", self.reference, ".")
        blocks = (_GREETING, *self.body(), Table(rows), *self.after(), *correcting, question, _SIGNATURE)
        return Letter(self.subject(), blocks)


NOT_YOU = FixedParagraph("Heb jij dat niet gevraagd? Beantwoord dan deze mail.")
"""Whoever has the code of an applicant's mail can stop what it has registered."""


class ApplicationMail(Mail):
    """A mail about a whole registration, request or application. Only an employer's request has no package."""

    company_name: str
    package_title: str | None = None

    def page(self) -> str:
        """The page of the form; an employer's request has its own."""
        return REQUEST_PAGE if self.package_title is None else REGISTRATION_PAGE

    def particulars(self) -> tuple[Row, ...]:
        """What identifies the registration, request or application."""
        package = (("Salarispakket", self.package_title),) if self.package_title else ()
        return (("Bedrijf", self.company_name), *package, *super().particulars())


class ConnectionMail(Mail):
    """A mail about one connection; for a processor it names the employer."""

    company_name: str
    package_title: str
    employer_code: str

    def particulars(self) -> tuple[Row, ...]:
        """What identifies the link."""
        return (
            ("Werkgever", self.company_name),
            ("Salarispakket", self.package_title),
            ("Werkgeverscode", self.employer_code),
            *super().particulars(),
        )


def _correcting(page: str) -> FixedParagraph:
    return FixedParagraph(
        f"Een correctie doorgeven of stoppen kan op {page}. Vul daar je referentie en de code in. "
        "Deel de code met niemand. Krijg je later een mail met een andere code? Gebruik dan die."
    )
