"""What every mail knows, and how every mail ends."""

from abc import abstractmethod
from typing import ClassVar

from schemas.event import Value

from .letter import Block, FixedParagraph, Letter, Paragraph, Table


class Mail(Value):
    """The values of one kind of mail, as they are kept in the ledger until it is sent.

    Class attribute: `kind` names the template. No secret, no personnel number, no loonheffingennummer.
    """

    kind: ClassVar[str]

    email: str
    reference: str

    @abstractmethod
    def letter(self) -> Letter:
        """What is said."""

    def ending(self) -> tuple[Block, ...]:
        """How people reach us about this registration, and who signs."""
        return (
            Paragraph("Heb je een vraag? Noem dan je referentie: ", self.reference, "."),
            FixedParagraph("Met vriendelijke groet, a.s.r. salariskoppeling"),
        )


class ConnectionMail(Mail):
    """A mail about one connection; a processor sees in it which employer it is about."""

    company_name: str
    package_title: str
    employer_code: str

    def particulars(self, *before: tuple[str, str]) -> Table:
        """Which link this is about, below the rows that come `before`."""
        return Table(
            (
                *before,
                ("Werkgever", self.company_name),
                ("Salarispakket", self.package_title),
                ("Werkgeverscode", self.employer_code),
                ("Referentie", self.reference),
            )
        )
