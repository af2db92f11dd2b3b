"""References as people type them."""

from schemas.crockford import as_crockford
from schemas.ids import is_reference

REFERENCE_CHARACTERS = 11
_CHECK_LOOKALIKES = {"0": "O", "1": "IL"}


def as_quoted(typed: str) -> str:
    """The intended reference: capitals, without spaces and hyphens, and digits for the letters that look like them.

    Only its last character, the check, can itself be one of the letters O, I and L.
    """
    text = as_crockford(typed)
    digits, check = text[: REFERENCE_CHARACTERS - 1], text[REFERENCE_CHARACTERS - 1 :]
    meant = (digits + one for one in (check, *_CHECK_LOOKALIKES.get(check, "")))
    return next((one for one in meant if is_reference(one)), digits + check)
