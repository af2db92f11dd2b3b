"""The employers that a.s.r. insures in a sandbox: made up, the same in every sandbox."""

from dataclasses import dataclass
from functools import cache
from itertools import count, islice

from payroll.elfproef import has_check_digit, passes_elfproef

POPULATION = 5_000

_LEGAL_ENTITIES = 8
"""Legal entities' numbers begin with an 8: none of these can be a person's BSN."""
_PREFIXES = 10_000_000
_STEP = 6_180_339
"""Coprime to the number of prefixes, so that stepping visits each one once."""


@dataclass(frozen=True, slots=True)
class Processor:
    """One that a.s.r. has confirmed, by the address at which it is known."""

    name: str
    email: str


PROCESSORS = (
    Processor("Salariskantoor Fictief", "koppeling@kantoor-fictief.example"),
    Processor("Administratie Denkbeeldig & Zn.", "koppeling@kantoor-denkbeeldig.example"),
    Processor("Loonbureau 't Verzinsel", "koppeling@kantoor-verzinsel.example"),
    Processor("Kantoor Überall", "koppeling@kantoor-ueberall.example"),
)


@dataclass(frozen=True, slots=True)
class Employer:
    """The two numbers by which a policy is found, and the processor that it has asked for the link."""

    raamwerkcontractnummer: str
    loonheffingennummer: str
    processor: Processor


@cache
def population() -> tuple[Employer, ...]:
    """Every insured employer."""
    eights = (f"{_LEGAL_ENTITIES}{number * _STEP % _PREFIXES:07d}" for number in count())
    with_check_digit = islice((eight for eight in eights if has_check_digit(eight)), POPULATION)
    return tuple(
        Employer(f"A020{number:08d}", _loonheffingennummer(eight), PROCESSORS[number % len(PROCESSORS)])
        for number, eight in enumerate(with_check_digit, 1)
    )


def _loonheffingennummer(eight: str) -> str:
    return next(f"{eight}{last}L01" for last in range(10) if passes_elfproef(f"{eight}{last}"))
