"""An SMTP server that keeps every message it accepts: `python -m sandbox.mailbox`.

Environment: SMTP_HOST, SMTP_PORT, MAILBOX_DIR; MAILBOX_FAST=1 keeps one line for each message in
`index.ndjson` instead of the message, for benchmarks. Otherwise a message is on disk, fsync'ed,
before its 250: what a sender was told is accepted is here after any crash.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.fast_mailbox import FastSmtp, Index

MESSAGE_BYTES_MAX = 10 * 1024 * 1024


class Arrivals:
    """Strictly growing arrival times in nanoseconds, also after the clock was set back."""

    def __init__(self, *, last: int, clock: Callable[[], int] = time.time_ns) -> None:
        self._last = last
        self._clock = clock

    def next(self) -> int:
        """Later than every arrival before."""
        self._last = max(self._last + 1, self._clock())
        return self._last


class EmlFolder:
    """One file for each message, named by its arrival, the envelope in front of the headers."""

    def __init__(self, directory: Path) -> None:
        names = sorted(path.stem for path in directory.glob("*.eml"))
        self._directory = directory
        self._arrivals = Arrivals(last=int(names[-1]) if names else 0)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """The answer to the end of a message, once that is on disk."""
        name = f"{self._arrivals.next():020d}"
        await asyncio.to_thread(self._store, name, _with_envelope(envelope))
        return "250 2.0.0 kept"

    def _store(self, name: str, message: bytes) -> None:
        arriving = self._directory / f"{name}.partial"
        with arriving.open("wb") as file:
            file.write(message)
            file.flush()
            os.fsync(file.fileno())
        arriving.rename(arriving.with_suffix(".eml"))
        _fsync_folder(self._directory)


def _with_envelope(envelope: Envelope) -> bytes:
    lines = [
        f"X-Envelope-From: {envelope.mail_from}",
        *(f"X-Envelope-To: {to}" for to in envelope.rcpt_tos),
    ]
    head = "".join(f"{line}\r\n" for line in lines)
    return head.encode("utf-8") + _content(envelope)


def _content(envelope: Envelope) -> bytes:
    content = envelope.content
    return content.encode("utf-8") if isinstance(content, str) else content or b""


def _fsync_folder(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def connections(directory: Path, *, fast: bool) -> Callable[[], asyncio.Protocol]:
    """What makes the server's side of each connection."""
    if fast:
        return partial(FastSmtp, Index(directory).keep)
    return partial(SMTP, EmlFolder(directory), data_size_limit=MESSAGE_BYTES_MAX, enable_SMTPUTF8=True)


async def serve(host: str, port: int, directory: Path, *, fast: bool) -> None:
    """Accepts messages until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.set)
    async with await loop.create_server(connections(directory, fast=fast), host, port):
        await ending.wait()


def main() -> None:
    """Reads the environment and serves."""
    directory = Path(os.environ["MAILBOX_DIR"])
    directory.mkdir(parents=True, exist_ok=True)
    fast = os.environ.get("MAILBOX_FAST") == "1"
    asyncio.run(serve(os.environ["SMTP_HOST"], int(os.environ["SMTP_PORT"]), directory, fast=fast))


if __name__ == "__main__":
    main()
