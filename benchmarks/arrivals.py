"""Mails as they arrive in the fast mailbox."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.errors import BenchmarkError
from sandbox.mail_index import IndexedMail, read_index

_POLL_S = 0.1
_STALL_S = 45.0


class Arrivals:
    """Reads only what is new each time, so that looking takes no CPU time from what is measured."""

    def __init__(self, mailbox: Path) -> None:
        self._mailbox = mailbox
        self._read_bytes = 0
        self.count = 0

    async def until(self, count: int) -> None:
        """Returns when so many mails have arrived in all; raises BenchmarkError when none comes for 45 s."""
        last = time.monotonic()
        while self.count < count:
            if self._look():
                last = time.monotonic()
            elif time.monotonic() - last > _STALL_S:
                raise BenchmarkError(f"{self.count} of {count} mails came, and no other for {_STALL_S:g} s")
            await asyncio.sleep(_POLL_S)

    def after(self, count: int) -> Sequence[IndexedMail]:
        """All mails but the first so many."""
        return read_index(self._mailbox)[count:]

    def _look(self) -> int:
        index = self._mailbox / "index.ndjson"
        if not index.exists():
            return 0
        with index.open("rb") as lines:
            lines.seek(self._read_bytes)
            new = lines.read()
        self._read_bytes += len(new)
        found = new.count(b"\n")
        self.count += found
        return found
