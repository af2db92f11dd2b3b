"""Identifiers that everybody can compute from what they already know, so that a repeat is recognised as one.

The recipes are public (docs/form-received.md): a web form in any language computes the same registration id,
which is the Kafka key of everything said about that registration.
"""

from functools import lru_cache
from hashlib import sha1, sha256
from typing import NewType

from stdnum.iso7064 import mod_37_36

from schemas.crockford import CHARACTERS, bits_of, ten_characters

RegistrationId = NewType("RegistrationId", str)

_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BASE_36_VALUES = {character: value for value, character in enumerate(_BASE_36)}
_TIME_BITS_MAX = (1 << 48) - 1


def registration_id(source: str, submission_id: str) -> RegistrationId:
    """The id of the registration that the form `submission_id` of `source` opens: a UUID (version 8) as text.

    SHA-256 over the UTF-8 text "registration", source and submission id, joined by line feeds; its first
    16 bytes with the version and variant bits of RFC 9562 set.
    """
    digest = sha256(f"registration\n{source}\n{submission_id}".encode()).digest()
    return RegistrationId(_version_8(digest[:16]))


@lru_cache(maxsize=1024)
def reference(registration: str) -> str:
    """What people quote for a registration: 10 characters of Crockford's base32 and a check character.

    The first 50 bits of SHA-256 over "reference", a line feed and the registration id; the check is
    ISO 7064 Mod 37,36. No credential: whoever corrects or withdraws must bring more than this.
    """
    text = ten_characters(sha256(f"reference\n{registration}".encode()).digest())
    return text + _check_character(text)


def reference_digest(quoted: str) -> str:
    """The first 12 hexadecimal digits (48 bits) of the SHA-256 of which this reference was made.

    Raises:
        ValueError: a character is not of the alphabet.
    """
    return f"{bits_of(quoted[:CHARACTERS]) >> 2:012x}"


def is_reference(text: str) -> bool:
    """Whether the text has a reference's form and its check character is right."""
    return len(text) == CHARACTERS + 1 and bool(mod_37_36.is_valid(text))


def derived_event_id(root_time_ms: int, emitter: str, causing_event: str, ordinal: int, part: str = "") -> str:
    """The id of an event that `emitter` emits because of `causing_event`: the same at every repeat.

    `ordinal` counts those about the same `part` of the registration, so that what is said of one connection moves no
    other's id. It begins with 48 bits of time (milliseconds since 1970) so that indexes over it stay local.
    """
    digest = sha1(f"{emitter}\n{causing_event}\n{part}\n{ordinal}".encode(), usedforsecurity=False).digest()
    time = min(max(root_time_ms, 0), _TIME_BITS_MAX)
    return _version_8(time.to_bytes(6, "big") + digest[:10])


def _check_character(text: str) -> str:
    # As python-stdnum computes it (property-tested), but much faster: every form needs one.
    product = 36
    for character in text:
        product = ((product + _BASE_36_VALUES[character]) % 36 or 36) * 2 % 37
    return _BASE_36[(37 - product) % 36]


def _version_8(sixteen: bytes) -> str:
    text = sixteen.hex()
    variant = "89ab"[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-8{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"
