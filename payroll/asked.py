"""Which fields a form asks for, by its kind and its package, each with its rule.

While kind or package is not known, the fields that depend on them are optional: they are checked if they are given.
"""

from collections.abc import Callable, Collection, Iterable
from enum import Enum
from functools import cache, partial
from typing import Any, NamedTuple

from payroll import fields, loonheffingennummer, sealed_secret
from payroll.choices import frequency, yes_or_no
from payroll.employer_code import any_employer_code
from payroll.fault import FaultCode
from payroll.identifier import IdentifierRule
from payroll.package import Package
from payroll.packages import packages
from schemas.values import FormKind

CONNECTIONS_MAX = 50

OF_PROCESSOR = (
    "Dit hoort bij de aanmelding van de salarisverwerker zelf. Laat het hier leeg. Is het veranderd? Geef het dan door "
    "met een correctie van die aanmelding."
)
OF_EMPLOYER = "Dit hoort bij de aanmelding van een werkgever. Laat het hier leeg."

Rule = Callable[[object], Any]
_Instead = Callable[[str], str | None]


class Demand(Enum):
    """What a form wants of a field."""

    MANDATORY = "mandatory"
    OPTIONAL = "optional"
    NOT_ASKED = "not asked"


class AskedField(NamedTuple):
    """One field of a form: `rule` gives its normal form, `unusual` names what is valid but worth a reviewer's look.

    `instead` is told to a customer who fills in a field that is not asked; `where`, which says where to find the value,
    to one who leaves a mandatory field open.
    """

    name: str
    rule: Rule
    demand: Demand = Demand.MANDATORY
    unusual: Callable[[str], FaultCode | None] | None = None
    instead: str | None = None
    where: str | None = None

    @property
    def mandatory(self) -> bool:
        """Whether it is a fault to leave it open."""
        return self.demand is Demand.MANDATORY


class AskedConnection(NamedTuple):
    """What each connection of a form holds, and how many there may be."""

    employer_code: AskedField
    secrets: tuple[AskedField, ...]
    names: frozenset[str]
    count_max: int


COMPANY_NAME = AskedField("company_name", fields.name)
EMAIL = AskedField("email", fields.email)
PROCESSOR_NAME = AskedField("processor_name", fields.name)
PROCESSOR_EMAIL = AskedField(
    "processor_email",
    fields.email,
    where="Vraag je salarisverwerker met welk e-mailadres die zich bij a.s.r. heeft aangemeld.",
)
CONTRACT_NUMBER = AskedField(
    "raamwerkcontractnummer",
    fields.raamwerkcontractnummer,
    unusual=fields.unusual_raamwerkcontractnummer,
    where="Het staat op de polis, en begint meestal met A020.",
)
LOONHEFFINGENNUMMER = AskedField(
    "loonheffingennummer",
    fields.loonheffingennummer,
    unusual=loonheffingennummer.unusual,
    where="Het staat op een brief van de Belastingdienst: negen cijfers, een L en twee cijfers.",
)
FREQUENCY = AskedField("frequency", frequency)
THIRTEENTH_MONTH = AskedField("thirteenth_month", yes_or_no)
_IN_OUR_MAIL = "Die staat in onze nieuwste mail hierover."
REFERENCE = AskedField("reference", fields.reference, where=_IN_OUR_MAIL)
CODE = AskedField("code", fields.correction_code, where=_IN_OUR_MAIL)

PLAIN_FIELDS = (
    COMPANY_NAME,
    EMAIL,
    PROCESSOR_NAME,
    PROCESSOR_EMAIL,
    CONTRACT_NUMBER,
    LOONHEFFINGENNUMMER,
    FREQUENCY,
    THIRTEENTH_MONTH,
)
"""The fields of any form that a correction may change, besides lists, identifiers and secrets."""


@cache
def asked_fields(kind: FormKind | None, slug: str | None) -> tuple[AskedField, ...]:
    """The fields with one value of a registration, in the form's order."""
    package = packages()[slug] if slug else None
    policy_keys = Demand.MANDATORY if package and package.policy_keys_required else Demand.OPTIONAL
    by_processor = _demand(None if kind is None else {"employer_registration"}, kind)
    return (
        COMPANY_NAME,
        EMAIL,
        PROCESSOR_NAME._replace(demand=by_processor),
        CONTRACT_NUMBER._replace(demand=policy_keys),
        LOONHEFFINGENNUMMER._replace(demand=policy_keys),
        FREQUENCY,
        THIRTEENTH_MONTH,
    )


@cache
def asked_identifiers(slug: str | None) -> tuple[AskedField, ...]:
    """What the package knows its user by; other packages' identifiers too, so that a misplaced one is found."""
    package = packages()[slug] if slug else None
    asked = package.identifiers if package else None
    return _identifiers(asked, partial(_instead_on_employer_form, package), package)


@cache
def left_to_processor(slug: str | None) -> tuple[AskedField, ...]:
    """The secrets that no form for an employer asks for: a processor brings them when it registers itself."""
    instead = partial(_instead_on_employer_form, packages()[slug] if slug else None)
    return _secrets(_processor_purposes(), (), instead, None)


@cache
def asked_of_processor(slug: str | None) -> tuple[tuple[AskedField, ...], tuple[AskedField, ...]]:
    """The identifiers and the sealed secrets that a processor brings when it registers itself."""
    package = packages()[slug] if slug else None
    identifiers, secrets = (package.processor_identifiers, package.processor_secrets) if package else (None, None)
    instead = partial(_instead_on_processor_form, package)
    return _identifiers(identifiers, instead, package), _secrets(_processor_purposes(), secrets, instead, package)


@cache
def asked_connection(slug: str | None) -> AskedConnection:
    """What a connection holds. Other packages' secrets are listed too, so that a misplaced one is found."""
    package = packages()[slug] if slug else None
    code = AskedField("employer_code", any_employer_code)
    if package:
        rule = package.employer_code
        code = AskedField("employer_code", rule.parse, unusual=rule.unusual, where=rule.where)
    purposes = sorted({purpose for offered in packages().values() for purpose in offered.secrets})
    asked = package.secrets if package else None
    secrets = _secrets(purposes, asked, partial(_instead_on_employer_form, package), package)
    count_max = package.connections_max if package else CONNECTIONS_MAX
    return AskedConnection(code, secrets, frozenset({code.name, *purposes}), count_max)


def _processor_purposes() -> list[str]:
    return sorted({purpose for offered in packages().values() for purpose in offered.processor_secrets})


def _identifiers(
    asked: tuple[IdentifierRule, ...] | None, instead: _Instead, package: Package | None
) -> tuple[AskedField, ...]:
    offered = [rule for one in packages().values() for rule in (*one.identifiers, *one.processor_identifiers)]
    rules = {rule.name: rule for rule in (*offered, *(asked or ()))}
    return tuple(
        AskedField(name, rule.parse, _demand(asked, rule), instead=instead(name), where=_where(package, name))
        for name, rule in sorted(rules.items())
    )


def _secrets(
    purposes: Iterable[str], asked: tuple[str, ...] | None, instead: _Instead, package: Package | None
) -> tuple[AskedField, ...]:
    return tuple(
        AskedField(
            purpose,
            sealed_secret.read,
            _demand(asked, purpose),
            instead=instead(purpose),
            where=_where(package, purpose),
        )
        for purpose in purposes
    )


def _where(package: Package | None, name: str) -> str | None:
    return package.where.get(name) if package else None


def _demand(asked: Collection[object] | None, one: object) -> Demand:
    if asked is None:
        return Demand.OPTIONAL
    return Demand.MANDATORY if one in asked else Demand.NOT_ASKED


def _instead_on_employer_form(package: Package | None, name: str) -> str | None:
    if package is None:
        return None
    if name in (*(rule.name for rule in package.processor_identifiers), *package.processor_secrets):
        return OF_PROCESSOR
    return f"{_not_of(package)} {package.employer_code.where}"


def _instead_on_processor_form(package: Package | None, name: str) -> str | None:
    if package is None:
        return None
    return OF_EMPLOYER if name in (rule.name for rule in package.identifiers) else _not_of(package)


def _not_of(package: Package) -> str:
    return f"Dit hoort niet bij {package.title}. Laat het leeg, of kies een ander pakket."
