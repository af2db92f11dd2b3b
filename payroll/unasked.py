"""Fields that a form does not ask for: named so that the customer recognises them, but never exactly as typed."""

import re

from payroll.elfproef import holds_bsn
from payroll.fault import FaultCode
from payroll.typed_text import looks_sealed

NAME_CHARACTERS_MAX = 40

_SECRET_NAME = re.compile(
    r"secret|geheim|passw|passphrase|wachtwoord|pwd|credential|token|api[_-]?key|omgevings[_-]?code", re.IGNORECASE
)
_BSN_NAME = re.compile(r"bsn|burgerservice|sofi_?n", re.IGNORECASE)
_UNSHOWABLE = re.compile(r"[^A-Za-z0-9_-]|[0-9]{4,}")


def unasked(name: str, value: object, usual: FaultCode) -> FaultCode:
    """The fault of a field that is not asked: its own for a secret and for a BSN, otherwise the `usual` one."""
    if _SECRET_NAME.search(name) or (isinstance(value, str) and looks_sealed(value)):
        return FaultCode.SECRET_IN_WRONG_FIELD
    if _BSN_NAME.search(name) or holds_bsn(name):
        return FaultCode.BSN_REFUSED
    return usual


def shown_name(name: str) -> str:
    """An unknown field's name as it may be shown: at most 40 characters, all harmless, no long numbers."""
    return _UNSHOWABLE.sub("?", name[:NAME_CHARACTERS_MAX]) or "?"
