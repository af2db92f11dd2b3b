"""Valid forms of employers that do not exist. A seed always gives the same forms, in the same order."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from typing import Any, NamedTuple, get_args

from payroll.package import Package
from payroll.packages import packages
from sandbox.population import Employer, population
from schemas.values import RegistrationKind

SOURCE = "urn:salariskoppeling:generate"

_TRADES = (
    "Bakkerij",
    "Kwekerij",
    "Garage",
    "Schildersbedrijf",
    "Café",
    "Drukkerij",
    "Transport",
    "Kapsalon",
    "Stukadoors",
)
_NAMES = (
    "De Verzinner",
    "Nergens & Zn.",
    "'t Zotte Gerücht",
    "van der Fictie",
    "Ærøskøbing",
    "Groß & Töchter",
    'Het "Echte" Voorbeeld',
    "<Denkbeeldig>",
    "Zo-maar Iets 🥐",
    "Şişli İnşaat",
    "Ĳsbrand ĳsjes",
    "O'Niemand, Nooit & Co",
)
_LEGAL_FORMS = ("", " B.V.", " V.O.F.", " N.V.")
_PEOPLE = (
    "A. de Voorbeeldige",
    "Zoë van 't Hoëkje",
    "B. ten Fictief-van der Verzonnen",
    "Ştefan İğdir",
    "Ç. O'Niemand",
    "D. Groß",
    "E.J.M. van den Zomaar",
    "Fę Ðummy 👩🏽‍🍳",
)


class Offer(NamedTuple):
    """A kind of form that exists for a package."""

    kind: RegistrationKind
    package: str


@dataclass(frozen=True, slots=True)
class SyntheticForm:
    """A form as `koppeling submit` reads it; its secrets are made up, and not sealed."""

    source: str
    submission_id: str
    form: Mapping[str, Any]


def offers(kind: str | None = None, package: str | None = None) -> tuple[Offer, ...]:
    """Every form on offer, limited to this kind and package where given; may be none."""
    return tuple(
        Offer(offered, slug)
        for slug, declared in packages().items()
        for offered in get_args(RegistrationKind)
        if offered in declared.kinds and kind in (None, offered) and package in (None, slug)
        # Employers of such a package are connected with their processor's credentials, which one form does not have.
        if not declared.processor_secrets
    )


def synthetic_forms(seed: int, choices: Sequence[Offer]) -> Iterator[SyntheticForm]:
    """Endlessly many forms, each with its own employer codes; after the last employer the first comes again."""
    for number, employer in enumerate(_employers(seed), 1):
        random = Random(f"{seed}/{number}")  # noqa: S311 -- made-up people, no secret
        yield SyntheticForm(
            source=SOURCE,
            submission_id=f"{seed}-{number}",
            form=_form(random, random.choice(choices), number, employer),
        )


def _employers(seed: int) -> Iterator[Employer]:
    everybody = population()
    start = Random(seed).randrange(len(everybody))  # noqa: S311 -- made-up people, no secret
    return islice(cycle(everybody), start, None)


def _form(random: Random, offer: Offer, number: int, employer: Employer) -> dict[str, Any]:
    package = packages()[offer.package]
    company = f"{random.choice(_TRADES)} {random.choice(_NAMES)}{random.choice(_LEGAL_FORMS)}"
    by_processor = offer.kind == "employer_registration"
    form = {
        "kind": offer.kind,
        "package": offer.package,
        "company_name": company,
        "email": employer.processor.email if by_processor else f"loon@werkgever{number}.example",
        "raamwerkcontractnummer": employer.raamwerkcontractnummer,
        "loonheffingennummer": employer.loonheffingennummer,
        "frequency": random.choice(("month", "month", "four_weeks")),
        "thirteenth_month": random.random() < 1 / 2,
        "dgas": _dgas(random),
        "connections": _connections(random, package),
    }
    processed = {"processor_name": employer.processor.name} if by_processor else {}
    credentials = {rule.name: _like(rule.example, random) for rule in package.identifiers}
    return form | processed | credentials


def _dgas(random: Random) -> list[dict[str, str]]:
    people = random.sample(_PEOPLE, random.choice((0, 1, 1, 2, 3)))
    numbers = random.sample(range(1, 100_000), len(people))
    return [{"name": name, "personnel_number": str(number)} for name, number in zip(people, numbers, strict=True)]


def _connections(random: Random, package: Package) -> list[dict[str, str]]:
    wanted = min(random.choice((1, 1, 2, 3)), package.connections_max) if package.connections_max > 1 else 1
    codes: dict[str, None] = {}
    while len(codes) < wanted:
        codes[_like(package.employer_code.example, random)] = None
    return [
        {"employer_code": one, **{secret: f"verzonnen-{random.getrandbits(64):016x}" for secret in package.secrets}}
        for one in codes
    ]


def _like(example: str, random: Random) -> str:
    """The example with other digits; a number that does not begin with a zero gets none there."""

    def other(digits: re.Match[str]) -> str:
        length = len(digits[0])
        least = 0 if digits[0].startswith("0") else 10 ** (length - 1)
        return f"{random.randrange(least, 10**length):0{length}d}"

    return re.sub(r"[0-9]+", other, example)
