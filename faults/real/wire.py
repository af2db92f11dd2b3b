"""What goes over a connection, told apart just far enough to know which reply answers which request."""

from collections.abc import Iterator
from enum import Enum, auto
from typing import Protocol


class Reply(Enum):
    """The replies whose loss leaves the one who asked in doubt."""

    PRODUCE = auto()
    OFFSET_COMMIT = auto()
    SETTLE = auto()
    """To the call of the database's function that records a batch, where that is a transaction of its own."""
    LEDGER = auto()
    """To the statement by which a sender moves its mails on, a transaction of its own too."""
    ACCEPTED = auto()
    """The mail server's answer to the final dot."""


class LostReply(Exception):
    """This reply is not to arrive."""


class Exchange(Protocol):
    """One connection. Requests are only listened to; replies are passed on, whole ones one by one."""

    def asked(self, data: bytes) -> None:
        """The client sent this."""

    def answered(self, data: bytes) -> Iterator[tuple[Reply | None, bytes]]:
        """The server sent this: what can be passed on, and which reply it is, if it is one of those."""
