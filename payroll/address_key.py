"""An e-mail address as a key, to tell later whether another one is the same without keeping it."""

from hashlib import sha256

KEY_CHARACTERS = 32


def address_key(email: str) -> str:
    """The address, hashed; written in whatever case, it is the same."""
    return sha256(email.casefold().encode()).hexdigest()[:KEY_CHARACTERS]
