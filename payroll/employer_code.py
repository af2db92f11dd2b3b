"""The code by which a payroll package knows an employer."""

import re
from dataclasses import dataclass

from payroll.fault import FaultCode, FieldError
from payroll.typed_text import typed_text

CODE_CHARACTERS_MAX = 40

_UUID = re.compile(r"\{?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\}?")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What people type instead of the code, and the sentence that tells them so."""

    pattern: re.Pattern[str]
    what: str


@dataclass(frozen=True, slots=True)
class EmployerCode:
    """A package's rule. `where` tells the customer in a sentence or two what the code looks like and where to find it.

    `example` is made up: generated forms have codes like it, with other digits. A valid code that does not match
    `usual` is accepted with a warning; for an invalid one the first matching of the `mistakes` is named.
    """

    pattern: re.Pattern[str]
    where: str
    example: str
    usual: re.Pattern[str] | None = None
    mistakes: tuple[Mistake, ...] = ()

    def parse(self, value: object) -> str:
        """The code without white space around it, otherwise as typed.

        Raises:
            FieldError: it is none of this package's; a UUID, which only programs use, has a fault code of its own.
        """
        code = typed_text(value, CODE_CHARACTERS_MAX)
        if self.pattern.fullmatch(code):
            return code
        if _UUID.fullmatch(code):
            raise FieldError(FaultCode.EMPLOYER_CODE_IS_UUID, f"Dit is een code voor computers. {self.where}")
        named = next((f"{mistake.what} " for mistake in self.mistakes if mistake.pattern.search(code)), "")
        raise FieldError(FaultCode.EMPLOYER_CODE_FORMAT, f"{named}{self.where}")

    def unusual(self, code: str) -> FaultCode | None:
        """The warning for a valid code that a reviewer should look at."""
        if self.usual is None or self.usual.fullmatch(code):
            return None
        return FaultCode.EMPLOYER_CODE_UNUSUAL


def any_employer_code(value: object) -> str:
    """The rule for a code as long as its package is not known."""
    return typed_text(value, CODE_CHARACTERS_MAX)
