"""Waits for processes to end, also for those that are nobody's children any more."""

import os
import select
import time
from collections.abc import Iterable


class ProcessEnds:
    """Handles on processes, taken while they live: a process id alone may be used again."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._handles = {pid: os.pidfd_open(pid) for pid in pids}

    def missing(self, *, deadline_s: float) -> set[int]:
        """The processes that have not ended by then."""
        deadline = time.monotonic() + deadline_s
        return {pid for pid, handle in self._handles.items() if not _ended(handle, deadline - time.monotonic())}


def _ended(handle: int, wait_s: float) -> bool:
    readable, _, _ = select.select([handle], [], [], max(0.0, wait_s))
    return bool(readable)
