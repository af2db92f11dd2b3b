"""The code that comes with the mail: who has it, and the reference, may correct or withdraw a registration.

Nothing keeps a code: it follows from a key that intake and the notifier share, the registration and its cycle. So the
code of a mail is old as soon as a correction has been accepted.
"""

import hmac
from hashlib import sha256

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TYPED_LIKE = str.maketrans("OIL", "011")
_CHARACTERS = 10
KEY_BYTES_MIN = 32


class CorrectionCodes:
    """Makes and checks codes under one key of at least 32 bytes."""

    def __init__(self, key: bytes) -> None:
        if len(key) < KEY_BYTES_MIN:
            raise ValueError(f"a key for correction codes has at least {KEY_BYTES_MIN} bytes")
        self._key = key

    def code(self, registration: str, cycle: int) -> str:
        """The code of this registration (its id) in this cycle: ten of Crockford's base 32, as `XXXXX-XXXXX`."""
        digest = hmac.digest(self._key, f"correction\n{registration}\n{cycle}".encode(), sha256)
        bits = int.from_bytes(digest[:7], "big") >> 6
        text = "".join(_CROCKFORD[bits >> shift & 31] for shift in range(5 * (_CHARACTERS - 1), -1, -5))
        return f"{text[:5]}-{text[5:]}"

    def accepts(self, typed: str, registration: str, cycle: int) -> bool:
        """Whether this is that code, however it was typed: case, spaces, hyphens and O, I, L do not matter."""
        normal = "".join(typed.split()).replace("-", "").upper().translate(_TYPED_LIKE)
        expected = self.code(registration, cycle).replace("-", "")
        return hmac.compare_digest(normal.encode(), expected.encode())
