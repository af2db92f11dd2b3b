"""Keys that tell later whether an e-mail address, or another text, is the same one, without keeping it."""

from hashlib import sha256

KEY_CHARACTERS = 32


def address_key(email: str) -> str:
    """The key of this address, whatever case it is written in."""
    return hashed(email.casefold())


def hashed(text: str) -> str:
    """The key of any text that is not to be kept: 32 hexadecimal digits."""
    return sha256(text.encode()).hexdigest()[:KEY_CHARACTERS]
