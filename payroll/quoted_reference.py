"""References as people type them."""

from schemas.ids import is_reference

REFERENCE_CHARACTERS = 11
_LOOKALIKES = str.maketrans("OIL", "011")
_CHECK_LOOKALIKES = {"0": "O", "O": "0", "1": "IL", "I": "1L", "L": "1I"}


def as_quoted(typed: str) -> str:
    """The reference that was meant: capitals, without spaces and hyphens, and no letter for a digit that looks like it.

    Only the check character at the end can be one of the letters O, I and L.
    """
    text = "".join(typed.split()).replace("-", "").upper()
    digits = text[: REFERENCE_CHARACTERS - 1].translate(_LOOKALIKES)
    check = text[REFERENCE_CHARACTERS - 1 :]
    meant = (digits + one for one in (check, *_CHECK_LOOKALIKES.get(check, "")))
    return next((one for one in meant if is_reference(one)), digits + check)
