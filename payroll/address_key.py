"""An e-mail address as a key, to tell later whether another one is the same without keeping it; so are others made."""

from hashlib import sha256

KEY_CHARACTERS = 32


def address_key(email: str) -> str:
    """The address, hashed; written in whatever case, it is the same."""
    return hashed(email.casefold())


def hashed(text: str) -> str:
    """The key of anything that is not to be kept."""
    return sha256(text.encode()).hexdigest()[:KEY_CHARACTERS]
