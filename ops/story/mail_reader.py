"""Whom a mail is to, in words for operators: by the role, never by the address."""

from services.notifier.roles import FORMER_ADDRESS, NEW_ADDRESS

_AT_AN_ADDRESS = {
    NEW_ADDRESS: "the applicant at the new address",
    FORMER_ADDRESS: "the applicant at the address that was left",
}


def to_reader(role: str, *, elsewhere: bool) -> str:
    """As it stands behind a mail's kind and occasion. `elsewhere`: not where it was first planned for."""
    return "to another address" if elsewhere else f"to {_AT_AN_ADDRESS.get(role, f'the {role}')}"
