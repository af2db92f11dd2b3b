"""People who read their mail: some answer one, with the code that it brings or with a wrong one."""

import re
from collections.abc import Callable, Mapping, Sequence

from faults.simulation.forms import registration_of
from faults.simulation.publishers import Publishers
from faults.simulation.scenario import Registered, Reply, Told

_REFERENCE = re.compile(rb"^Referentie: (\S+)\r$", re.MULTILINE)
_CODE = re.compile(rb"^Code: (\S+)\r$", re.MULTILINE)

_SOFT_BREAK = b"=\r\n"
"""Where quoted-printable breaks a line that is none; reference and code have nothing else that is quoted."""


class Customers:
    """`registered`: what they have sent, which no connection is expected of."""

    def __init__(
        self, replies: Mapping[str, Sequence[Reply]], publishers: Publishers, tell: Callable[[Told], None]
    ) -> None:
        self._replies = {reference: list(some) for reference, some in replies.items()}
        self._publishers = publishers
        self._tell = tell
        self.registered: list[Registered] = []

    def mailed(self, body: bytes) -> None:
        """A mail lies in somebody's mailbox."""
        text = body.replace(_SOFT_BREAK, b"")
        reference, code = _REFERENCE.search(text), _CODE.search(text)
        left = self._replies.get(reference[1].decode(), []) if reference else []
        if left and reference and code:
            reply = left.pop(0)
            form = reply.to(reference[1].decode(), code[1].decode())
            self.registered.append(Registered(registration_of(form), frozenset()))
            self._tell(self._publishers.form(form, reply.after_s))
