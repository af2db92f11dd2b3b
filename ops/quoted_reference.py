"""References as people type them."""

from uuid import UUID

from schemas.ids import is_reference

_CHARACTERS = 11
_LOOKALIKES = str.maketrans("OIL", "011")
_CHECK_LOOKALIKES = {"0": "O", "O": "0", "1": "IL", "I": "1L", "L": "1I"}


def as_quoted(typed: str) -> str:
    """The reference that was meant: capitals, without spaces and hyphens, and no letter for a digit that looks like it.

    Only the check character at the end can be one of the letters O, I and L.
    """
    text = "".join(typed.split()).replace("-", "").upper()
    digits = text[: _CHARACTERS - 1].translate(_LOOKALIKES)
    check = text[_CHARACTERS - 1 :]
    meant = (digits + one for one in (check, *_CHECK_LOOKALIKES.get(check, "")))
    return next((one for one in meant if is_reference(one)), digits + check)


def what_is_wrong(quoted: str) -> str | None:
    """Why this can be no reference; None when it can."""
    if len(quoted) != _CHARACTERS:
        return f"a reference has {_CHARACTERS} characters, this has {len(quoted)}"
    if not is_reference(quoted):
        return "one of its characters is mistyped: the check character does not fit"
    return None


def as_registration_id(typed: str) -> str | None:
    """The registration's id, when it is one that was typed."""
    try:
        return str(UUID(typed))
    except ValueError:
        return None
