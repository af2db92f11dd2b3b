"""What a registration waits for: the policy behind its two numbers, or a match with others; and what is found there."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.values import Policy, Registration

_PREFIX = "policy:"


@dataclass(frozen=True, slots=True)
class Found:
    """The numbers behind a gate, and their policy; None when only the numbers are known.

    Of a match `instead_of` says for which typed numbers they were found, as `typed` does; None for any.
    """

    raamwerkcontractnummer: str
    loonheffingennummer: str
    policy: Policy | None
    instead_of: str | None = None


Facts = Mapping[str, Found]
"""By gate; a gate without anything behind it is left out."""


def of_numbers(raamwerkcontractnummer: str, loonheffingennummer: str) -> str:
    """Opened when the policy of this contract and employer is loaded."""
    return f"{_PREFIX}{raamwerkcontractnummer}:{loonheffingennummer}"


def of_match(registration: str) -> str:
    """Opened when somebody has found this registration's numbers (by its id), which its form lacks or has wrong."""
    return f"{_PREFIX}{registration}"


def of_registration(registration: Registration) -> str | None:
    """The gate of its numbers; None when one of them is missing."""
    contract, lhnr = registration.raamwerkcontractnummer, registration.loonheffingennummer
    return of_numbers(contract, lhnr) if contract and lhnr else None


def typed(registration: Registration) -> str:
    """The two numbers of its form, either of which may be missing: a match is found for these."""
    return f"{registration.raamwerkcontractnummer or ''}:{registration.loonheffingennummer or ''}"


def asked(registration: Registration, subject: str) -> tuple[str, ...]:
    """The gates of its possible policies: by its own numbers, if it has both, and by a match."""
    own = of_registration(registration)
    return (of_match(subject),) if own is None else (own, of_match(subject))


def awaited(registration: Registration, subject: str, found: Found | None) -> tuple[str, ...]:
    """What lets it go on, when so much was found: numbers that were typed can be wrong, and so can a match.

    A registration whose own numbers have a policy waits for nothing else.
    """
    if found is None:
        return asked(registration, subject)
    there = of_numbers(found.raamwerkcontractnummer, found.loonheffingennummer)
    *own, match = asked(registration, subject)
    return (there,) if found.policy and own == [there] else tuple(dict.fromkeys((*own, there, match)))


def numbers(gate: str) -> tuple[str, str] | None:
    """The numbers that a gate is about; None for a match."""
    contract, _, lhnr = gate.removeprefix(_PREFIX).partition(":")
    return (contract, lhnr) if lhnr else None


def matched_registration(gate: str) -> str:
    """The registration that a match is about."""
    return gate.removeprefix(_PREFIX)
