"""How a customer answers a mail: by the reference and the code in it."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from payroll.packages import packages

_REFERENCE = re.compile(rb"^Referentie: (\S+)\r$", re.MULTILINE)
_CODE = re.compile(rb"^Code: (\S+)\r$", re.MULTILINE)

_DO_THIS = b" Doe eerst dit."

_SOFT_BREAK = b"=\r\n"
"""Quoted-printable's break within a line; it changes nothing else in a reference or a code."""


class Quoted(NamedTuple):
    """What a correction has to name."""

    reference: str
    code: str


def quoted(mail: bytes) -> Quoted | None:
    """The reference and the code in a mail; None if it has none, and cannot be answered."""
    text = mail.replace(_SOFT_BREAK, b"")
    reference, code = _REFERENCE.search(text), _CODE.search(text)
    return Quoted(reference[1].decode(), code[1].decode()) if reference and code else None


def asks(mail: bytes) -> bool:
    """Whether it says what Keylane needs of the customer."""
    return _DO_THIS in mail.replace(_SOFT_BREAK, b"")


def correction_of(form: Mapping[str, Any]) -> dict[str, Any]:
    """A correction that changes no connection: it renews the package's secrets, or without any names the frequency."""
    secrets = packages()[form["package"]].secrets
    changes = {"connections": [dict.fromkeys(secrets, "nieuw")]} if secrets else {"frequency": "month"}
    return {"kind": "correction", **changes}
