"""Secrets travel as tokens that only Keylane can open, each bound to what it was given for.

Compact JWE, ECDH-ES+A256KW on P-256 with A256GCM; the protected header carries the registration (UUID text), the
connection (number) and the purpose. The recipe in words, with vectors: docs/form-received.md.
"""

from dataclasses import dataclass

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

ALGORITHM = "ECDH-ES+A256KW"
ENCRYPTION = "A256GCM"

_REGISTRY = jwe.JWERegistry(algorithms=[ALGORITHM, ENCRYPTION], strict_check_header=False)


@dataclass(frozen=True, slots=True)
class Binding:
    """What a token was given for: it opens for nothing else."""

    registration: str
    connection: int
    purpose: str


class SealingError(ValueError):
    """The token cannot be opened with these keys, or was sealed for something else."""


def seal(secret: str, keys: KeySet, binding: Binding) -> str:
    """Seal a secret for the holder of the private keys to this published key set."""
    key = keys.keys[0]
    protected = {
        "alg": ALGORITHM,
        "enc": ENCRYPTION,
        "kid": key.kid,
        "registration": binding.registration,
        "connection": binding.connection,
        "purpose": binding.purpose,
    }
    return jwe.encrypt_compact(protected, secret.encode(), key, registry=_REGISTRY)


def unseal(token: str, keys: KeySet, binding: Binding) -> str:
    """Open a token.

    Raises:
        SealingError: it is no token for these keys, or it is bound to something else.
    """
    try:
        opened = jwe.decrypt_compact(token, keys, registry=_REGISTRY)
        secret = (opened.plaintext or b"").decode()
    except (JoseError, ValueError, LookupError, TypeError, AttributeError) as error:
        # Which error the library raises on a forged header depends on which part of that is wrong.
        raise SealingError(type(error).__name__) from None
    header = opened.headers()
    bound = Binding(header.get("registration", ""), header.get("connection", 0), header.get("purpose", ""))
    # JSON's true and 1.0 equal 1, and are no connection's number.
    if bound != binding or type(bound.connection) is not int:
        raise SealingError("bound to something else")
    return secret


def new_private_keys() -> KeySet:
    """A key set with one new P-256 key, for whoever opens the tokens."""
    key = ECKey.generate_key("P-256", parameters={"use": "enc"}, auto_kid=True)
    return KeySet([key])
