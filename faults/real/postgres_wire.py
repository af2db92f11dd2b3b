"""Postgres's protocol, version 3: which statement is run, and when the server is ready for the next.

A statement is named when it is parsed, and run by that name ever after; the reply to it is everything up to
ReadyForQuery, which the server sends once the transaction, if it was one of its own, is committed.
"""

from collections.abc import Iterator

from faults.real.wire import Reply

_READY = b"Z"
_ENCRYPTION = {(80877103).to_bytes(4), (80877104).to_bytes(4)}
"""Codes of the two requests that are answered by one byte: SSL and GSSAPI."""


class PostgresExchange:
    """One connection to the server."""

    def __init__(self) -> None:
        self._requests = b""
        self._replies = b""
        self._greeted = False
        self._one_byte = 0
        self._statements: dict[bytes, Reply | None] = {}
        self._running: Reply | None = None

    def asked(self, data: bytes) -> None:
        """Remember which statement was run last."""
        self._requests += data
        while (message := self._next_request()) is not None:
            self._understand(message)

    def answered(self, data: bytes) -> Iterator[tuple[Reply | None, bytes]]:
        """Whole messages; the one that says "ready" stands for the reply."""
        self._replies += data
        while self._one_byte and self._replies:
            yield None, self._replies[:1]
            self._replies = self._replies[1:]
            self._one_byte -= 1
        while len(self._replies) >= 5 and len(self._replies) >= (end := 1 + int.from_bytes(self._replies[1:5])):  # noqa: PLR2004
            message, self._replies = self._replies[:end], self._replies[end:]
            if message[:1] == _READY:
                done, self._running = self._running, None
                yield done, message
            else:
                yield None, message

    def _next_request(self) -> bytes | None:
        head = 1 if self._greeted else 0
        if len(self._requests) < head + 4:
            return None
        end = head + int.from_bytes(self._requests[head : head + 4])
        if len(self._requests) < end:
            return None
        message, self._requests = self._requests[:end], self._requests[end:]
        return message

    def _understand(self, message: bytes) -> None:
        if not self._greeted:
            encryption = message[4:8] in _ENCRYPTION
            self._greeted = not encryption
            self._one_byte += encryption
            return
        kind, body = message[:1], message[5:]
        if kind == b"Q":
            self._running = _reply_to(body)
        elif kind == b"P":
            name, _, text = body.partition(b"\0")
            self._statements[name] = _reply_to(text)
        elif kind == b"B":
            name = body.partition(b"\0")[2].partition(b"\0")[0]
            self._running = self._statements.get(name)


def _reply_to(statement: bytes) -> Reply | None:
    text = statement.strip(b"\0 \n;").lower()
    if text.startswith(b"update effect set"):
        return Reply.LEDGER
    return Reply.SETTLE if b"settle(" in text else None
