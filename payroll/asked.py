"""Which fields a form asks, by its kind and its package, each with its rule."""

from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from payroll import fields, loonheffingennummer, sealed_secret
from payroll.choices import frequency, yes_or_no
from payroll.employer_code import any_employer_code
from payroll.fault import FaultCode
from payroll.package import Package
from payroll.packages import packages
from schemas.values import RegistrationKind

CONNECTIONS_MAX = 50

Rule = Callable[[object], Any]


class Demand(Enum):
    """What a form wants of a field."""

    MANDATORY = "mandatory"
    OPTIONAL = "optional"
    NOT_ASKED = "not asked"


# By whether the field is asked; None: not known.
_DEMANDS = {True: Demand.MANDATORY, False: Demand.NOT_ASKED, None: Demand.OPTIONAL}


class AskedField(NamedTuple):
    """One field of a form: the rule that gives its normal form, and what is valid but worth a reviewer's look."""

    name: str
    rule: Rule
    demand: Demand = Demand.MANDATORY
    unusual: Callable[[str], FaultCode | None] | None = None


class AskedConnection(NamedTuple):
    """What each connection of a form holds, and how many there may be."""

    employer_code: AskedField
    secrets: tuple[AskedField, ...]
    names: frozenset[str]
    count_max: int


@cache
def asked_fields(kind: RegistrationKind | None, slug: str | None) -> tuple[AskedField, ...]:
    """The fields with one value, in the form's order.

    Where kind or package is not known, what depends on them is optional: it is checked where it is given.
    """
    package = packages()[slug] if slug else None
    policy_keys = _policy_keys(package)
    return (
        AskedField("company_name", fields.name),
        AskedField("email", fields.email),
        AskedField("processor_name", fields.name, _DEMANDS[kind == "employer_registration" if kind else None]),
        AskedField(
            "raamwerkcontractnummer",
            fields.raamwerkcontractnummer,
            policy_keys,
            fields.unusual_raamwerkcontractnummer,
        ),
        AskedField("loonheffingennummer", fields.loonheffingen, policy_keys, loonheffingennummer.unusual),
        AskedField("frequency", frequency),
        AskedField("thirteenth_month", yes_or_no),
    )


@cache
def asked_identifiers(slug: str | None) -> tuple[AskedField, ...]:
    """What the package's user is known by. Every package's identifiers are looked for, as secrets are."""
    package = packages()[slug] if slug else None
    rules = {rule.name: rule for offered in packages().values() for rule in offered.identifiers}
    rules |= {rule.name: rule for rule in package.identifiers} if package else {}
    return tuple(
        AskedField(name, rule.parse, _DEMANDS[rule in package.identifiers if package else None])
        for name, rule in sorted(rules.items())
    )


@cache
def asked_connection(slug: str | None) -> AskedConnection:
    """What a connection holds. Every package's secrets are looked for, so that one in a wrong form is found."""
    package = packages()[slug] if slug else None
    code = AskedField("employer_code", any_employer_code)
    if package:
        code = AskedField("employer_code", package.employer_code.parse, unusual=package.employer_code.unusual)
    purposes = sorted({purpose for offered in packages().values() for purpose in offered.secrets})
    secrets = tuple(
        AskedField(purpose, sealed_secret.read, _DEMANDS[purpose in package.secrets if package else None])
        for purpose in purposes
    )
    count_max = package.connections_max if package else CONNECTIONS_MAX
    return AskedConnection(code, secrets, frozenset({code.name, *purposes}), count_max)


def _policy_keys(package: Package | None) -> Demand:
    return Demand.MANDATORY if package and package.policy_keys_required else Demand.OPTIONAL
