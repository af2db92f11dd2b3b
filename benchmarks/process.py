"""One process as Linux's /proc describes it."""

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
# Places in /proc/PID/stat, counted from the one after the command's name.
_USER, _SYSTEM, _CHILDREN_USER, _CHILDREN_SYSTEM = 11, 12, 13, 14
_STARTED = 19


@dataclass(frozen=True, slots=True)
class Process:
    """A process by its id; every answer is what is so now."""

    pid: int

    def cpu_s(self) -> float:
        """User and system time since its start, all threads, with that of its children (Postgres serves by those)."""
        ticks = sum(_ticks(self.pid, _USER, _SYSTEM, _CHILDREN_USER, _CHILDREN_SYSTEM))
        for child in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text("ascii").split():
            with suppress(FileNotFoundError, ProcessLookupError):
                ticks += sum(_ticks(int(child), _USER, _SYSTEM))
        return ticks / _TICKS_PER_S

    def age_s(self) -> float:
        """How long ago it was started."""
        (started,) = _ticks(self.pid, _STARTED)
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started / _TICKS_PER_S

    def resident_mb(self) -> float:
        """Resident memory, in units of 1,000,000 bytes."""
        lines = Path(f"/proc/{self.pid}/status").read_text("ascii").splitlines()
        fields = dict(line.split(":", 1) for line in lines)
        return int(fields["VmRSS"].split()[0]) * 1024 / 1e6


def _ticks(pid: int, *places: int) -> list[int]:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return [int(fields[place]) for place in places]
