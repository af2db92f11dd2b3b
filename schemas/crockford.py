"""Crockford's base 32: for texts that people read aloud and type, without I, L, O and U."""

CHARACTERS = 10
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TYPED_LIKE = str.maketrans("OIL", "011")
_SHIFTS = tuple(range(5 * (CHARACTERS - 1), -1, -5))


def ten_characters(digest: bytes) -> str:
    """The first 50 bits of a digest."""
    bits = int.from_bytes(digest[:7], "big") >> 6
    return "".join([_ALPHABET[bits >> shift & 31] for shift in _SHIFTS])


def as_crockford(typed: str) -> str:
    """The intended text: capitals, without spaces and hyphens, and a digit for a letter that looks like it."""
    return "".join(typed.split()).replace("-", "").upper().translate(_TYPED_LIKE)


def bits_of(text: str) -> int:
    """The number that these characters stand for, five bits each.

    Raises:
        ValueError: a character is not of the alphabet.
    """
    bits = 0
    for character in text:
        bits = bits << 5 | _ALPHABET.index(character)
    return bits
