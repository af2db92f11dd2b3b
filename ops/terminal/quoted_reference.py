"""Reads a reference, or a registration's id, that an operator typed."""

from uuid import UUID

import click

from payroll.quoted_reference import REFERENCE_CHARACTERS, as_quoted
from schemas.ids import is_reference


def what_is_wrong(quoted: str) -> str | None:
    """Why this cannot be a reference; None when it can."""
    if len(quoted) != REFERENCE_CHARACTERS:
        return f"a reference has {REFERENCE_CHARACTERS} characters, this has {len(quoted)}"
    if not is_reference(quoted):
        return "one of its characters is mistyped: the check character does not fit"
    return None


def read_reference(typed: str, refusal: str = "not a reference", hint: str = "") -> str:
    """The reference as it is stored.

    Raises:
        UsageError: it cannot be one; the message says that it is `refusal`, what is wrong with it, and the `hint`.
    """
    quoted = as_quoted(typed)
    if wrong := what_is_wrong(quoted):
        raise click.UsageError(f"{typed!r} is {refusal}: {wrong}{hint}")
    return quoted


def as_registration_id(typed: str) -> str | None:
    """The text as a registration's id; None when it is not a UUID."""
    try:
        return str(UUID(typed))
    except ValueError:
        return None
