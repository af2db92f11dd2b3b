"""What processes use: one as Linux's /proc describes it, and all of a sandbox over a stretch of time."""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.errors import BenchmarkError
from sandbox.running import RunningSandbox

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


@dataclass(frozen=True, slots=True)
class Usage:
    """What every process of a sandbox has used since its start. Both mappings are by the process's name."""

    pids: Mapping[str, int]
    cpu_s: Mapping[str, float]

    def since(self, before: "Usage") -> dict[str, float]:
        """CPU seconds by process name; raises BenchmarkError when one was started anew in between."""
        if self.pids != before.pids:
            changed = sorted(dict(self.pids.items() ^ before.pids.items()))
            raise BenchmarkError(f"started anew while it was measured: {', '.join(changed)}")
        return {name: spent - before.cpu_s[name] for name, spent in self.cpu_s.items()}


def usage(sandbox: RunningSandbox) -> Usage:
    """As it is now."""
    pids = sandbox.endpoints().processes
    return Usage(pids, {name: Process(pid).cpu_s() for name, pid in pids.items()})
