"""Kafka's protocol: requests carry an api key and a correlation id, replies that id alone."""

from collections.abc import Iterator

from faults.real.wire import Reply

_REPLIES = {0: Reply.PRODUCE, 8: Reply.OFFSET_COMMIT}
"""By api key: https://kafka.apache.org/protocol."""
_LENGTH = 4


class KafkaExchange:
    """One connection to a broker."""

    def __init__(self) -> None:
        self._requests = b""
        self._replies = b""
        self._asked: dict[bytes, Reply] = {}

    def asked(self, data: bytes) -> None:
        """Remember the ids of the requests whose replies are told apart."""
        whole, self._requests = _frames(self._requests + data)
        for frame in whole:
            body = frame[_LENGTH:]
            reply = _REPLIES.get(int.from_bytes(body[:2]))
            if reply is not None:
                self._asked[body[4:8]] = reply

    def answered(self, data: bytes) -> Iterator[tuple[Reply | None, bytes]]:
        """Whole replies, each with what it answers."""
        whole, self._replies = _frames(self._replies + data)
        for frame in whole:
            yield self._asked.pop(frame[_LENGTH : 2 * _LENGTH], None), frame


def _frames(buffer: bytes) -> tuple[list[bytes], bytes]:
    whole = []
    while len(buffer) >= _LENGTH:
        end = _LENGTH + int.from_bytes(buffer[:_LENGTH])
        if len(buffer) < end:
            break
        whole.append(buffer[:end])
        buffer = buffer[end:]
    return whole, buffer
