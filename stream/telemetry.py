"""A worker's log: one line of JSON per record, without payload, and warnings."""

import logging
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import BinaryIO

from pydantic_core import to_json

from stream.answer import Answer
from stream.decode import Received
from stream.message_mark import trace_of

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_log = logging.getLogger(__name__)


class Telemetry:
    """Writes the lines, and goes on if it cannot: the outcomes are committed, and have yet to be published."""

    def __init__(self, service: str, out: BinaryIO | None = None) -> None:
        self._service = service
        self._out = out or sys.stdout.buffer
        self._unwritten = 0

    def settled(self, answers: Sequence[Answer]) -> None:
        """One line per record, one write per batch."""
        now = datetime.now(UTC)
        start = f'{{"at":"{now.isoformat(timespec="milliseconds")}","service":"{self._service}"'
        lines = [self._line(start, answer, now) for answer in answers]
        try:
            self._out.write("".join(lines).encode())
            self._out.flush()
        except OSError as error:
            self._unwritten += len(lines)
            _log.error("records' lines cannot be written (%s): going on without", error.strerror)
            return
        if self._unwritten:
            _log.warning("records' lines are written again: up to %d are lost", self._unwritten)
            self._unwritten = 0

    def _line(self, start: str, answer: Answer, now: datetime) -> str:
        """By hand, because every record has one; what others may have written goes through the JSON encoder."""
        item, result, reason, attempt, emitted, _ = answer
        line = (
            f'{start},"result":"{result}","event":"{item.name}","id":"{item.id}","topic":"{item.record.topic}",'
            f'"lane":{item.lane},"offset":{item.record.offset},"attempt":{attempt},"emitted":{emitted}'
        )
        if reason:
            line += f',"reason":{_quoted(reason)}'
        if isinstance(item, Received):
            line += f',"subject":{_quoted(item.subject)}'
            if item.envelope is not None:
                line += f',"age_ms":{int((now - item.envelope.time).total_seconds() * 1000)}'
        return line + "}\n"


def _quoted(text: str) -> str:
    return to_json(text).decode()


class _TextFormatter(logging.Formatter):
    """Shows where an error was raised, not its message: even a library's may quote what somebody typed."""

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802
        told, error = [], ei[1]
        while error is not None:
            told.append(f"{type(error).__name__}\n{trace_of(error)}")
            error = error.__cause__
        return "\n".join(told)


class _JsonFormatter(_TextFormatter):
    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "service": self._service, "level": record.levelname, "message": record.getMessage()}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return to_json(line).decode()


_OURS = ("stream", "services")
_ONCE_IN_S = 10.0


class _Tamed(logging.Filter):
    """Lets each line through once in ten seconds, however often it comes; of a library's lines, any one."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[object, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage() if record.name.startswith(_OURS) else (record.name, record.msg)
        now = time.monotonic()
        due = now - self._last.get(said, -_ONCE_IN_S) >= _ONCE_IN_S
        if due:
            self._last = {line: at for line, at in self._last.items() if now - at < _ONCE_IN_S}
            self._last[said] = now
        return due


def configure_logging(service: str) -> None:
    """Send all lines but those of records to standard error: text on a terminal, JSON elsewhere."""
    handler = logging.StreamHandler()
    handler.setFormatter(_TextFormatter() if sys.stderr.isatty() else _JsonFormatter(service))
    handler.addFilter(_Tamed())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("stream").setLevel(logging.INFO)
    logging.getLogger("services").setLevel(logging.INFO)
