"""The code that comes with the mail: whoever has it and the reference may correct or withdraw a registration.

No code is stored: it is computed from a key that intake and the notifier share, the registration and its cycle. So a
mail's code becomes invalid as soon as a correction has been accepted.
"""

import hmac
from hashlib import sha256

from schemas.crockford import as_crockford, ten_characters

KEY_BYTES_MIN = 32


class CorrectionCodes:
    """Makes codes with one key of at least 32 bytes, and checks them with that and the `previous` one.

    People still have mails with codes that were made with the previous key.
    """

    def __init__(self, key: bytes, previous: bytes | None = None) -> None:
        self._keys = (key,) if previous is None else (key, previous)
        if min(map(len, self._keys)) < KEY_BYTES_MIN:
            raise ValueError(f"a key for correction codes has at least {KEY_BYTES_MIN} bytes")

    def code(self, registration: str, cycle: int) -> str:
        """The code of this registration (its id) in this cycle: ten of Crockford's base 32, as `XXXXX-XXXXX`."""
        return _code(self._keys[0], registration, cycle)

    def accepts(self, typed: str, registration: str, cycle: int) -> bool:
        """Whether this is that code, however it was typed: case, spaces, hyphens and O, I, L do not matter."""
        normal = as_crockford(typed).encode()
        expected = (_code(key, registration, cycle).replace("-", "").encode() for key in self._keys)
        return any(hmac.compare_digest(normal, one) for one in expected)


def _code(key: bytes, registration: str, cycle: int) -> str:
    digest = hmac.digest(key, f"correction\n{registration}\n{cycle}".encode(), sha256)
    text = ten_characters(digest)
    return f"{text[:5]}-{text[5:]}"
