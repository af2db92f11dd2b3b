"""SMTP: when a message has ended, the next reply says whether it was accepted."""

from collections.abc import Iterator

from faults.real.wire import Reply

_END = b"\r\n.\r\n"


class SmtpExchange:
    """One connection to the mail server."""

    def __init__(self) -> None:
        self._last = b""
        self._ended = False
        self._replies = b""

    def asked(self, data: bytes) -> None:
        """Remember that a message has ended."""
        seen = self._last + data
        self._ended = self._ended or _END in seen
        self._last = b"" if self._ended else seen[-len(_END) + 1 :]

    def answered(self, data: bytes) -> Iterator[tuple[Reply | None, bytes]]:
        """Whole lines."""
        *lines, self._replies = (self._replies + data).split(b"\n")
        for line in lines:
            done, self._ended = self._ended, False
            yield Reply.ACCEPTED if done and line.startswith(b"250") else None, line + b"\n"
