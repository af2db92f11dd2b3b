"""Secrets arrive sealed for Keylane. Nobody here can open one, but its header says readably what it was sealed for."""

from binascii import a2b_base64
from typing import NamedTuple

from pydantic_core import from_json

from payroll.fault import FaultCode, FieldError
from schemas.clear_secrets import COMPACT_JWE

TOKEN_CHARACTERS_MAX = 8192
SECRET_CHARACTERS_MAX = 512
AGREED = ("ECDH-ES+A256KW", "A256GCM")
_NAMES = {"alg", "enc", "epk", "kid", "registration", "connection", "purpose"}
"""What a header may hold. Other parameters could make Keylane decompress something, fetch a key or compute for long."""


class SealedToken(NamedTuple):
    """A sealed secret, still as it came, and what it was sealed for: registration, connection and purpose."""

    token: str
    bound_to: tuple[object, object, object]

    def is_bound_to(self, registration: str, connection: int, purpose: str) -> bool:
        """Whether it was sealed for exactly this. JSON's true and 1.0 are no connection's number."""
        return self.bound_to == (registration, connection, purpose) and type(self.bound_to[1]) is int


def read(value: object) -> SealedToken:
    """The token, if it is a compact JWE with the agreed algorithms and only the agreed parameters in its header.

    Raises:
        FieldError: it is not.
    """
    if not isinstance(value, str):
        raise FieldError(FaultCode.WRONG_TYPE)
    header = _protected_header(value)
    if (header.get("alg"), header.get("enc")) != AGREED:
        raise FieldError(FaultCode.SECRET_NOT_SEALED)
    token = SealedToken(value, (header.get("registration"), header.get("connection"), header.get("purpose")))
    if not header.keys() <= _NAMES or not isinstance(header.get("epk"), dict):
        raise FieldError(FaultCode.SECRET_NOT_SEALED, taken_before=token)
    return token


def clear_secret(typed: str) -> str:
    """A secret before it is sealed, byte for byte as typed: 1 to 512 characters.

    Raises:
        FieldError: empty or too long.
    """
    if not 0 < len(typed) <= SECRET_CHARACTERS_MAX:
        raise FieldError(FaultCode.SECRET_LENGTH)
    return typed


def _protected_header(token: str) -> dict[str, object]:
    # A token begins with eyJ, which is base64 for the start of a JSON object: whatever parses is an object.
    if len(token) > TOKEN_CHARACTERS_MAX or not COMPACT_JWE.fullmatch(token):
        raise FieldError(FaultCode.SECRET_NOT_SEALED)
    try:
        text = token.partition(".")[0].replace("-", "+").replace("_", "/")
        header: dict[str, object] = from_json(a2b_base64(f"{text}=="))
    except ValueError:
        raise FieldError(FaultCode.SECRET_NOT_SEALED) from None
    return header
