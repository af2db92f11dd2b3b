"""References as people type them."""

from schemas.ids import is_reference

_CHARACTERS = 10
_LOOKALIKES = str.maketrans("OIL", "011")


def as_quoted(typed: str) -> str:
    """The reference that was meant: capitals, no spaces or hyphens, and no letters that its digits never have."""
    text = "".join(typed.split()).replace("-", "").upper()
    return text[:_CHARACTERS].translate(_LOOKALIKES) + text[_CHARACTERS:]


def what_is_wrong(quoted: str) -> str | None:
    """Why this can be no reference; None when it can."""
    if len(quoted) != _CHARACTERS + 1:
        return f"a reference has {_CHARACTERS + 1} characters, this has {len(quoted)}"
    if not is_reference(quoted):
        return "one of its characters is mistyped: the check character does not fit"
    return None
