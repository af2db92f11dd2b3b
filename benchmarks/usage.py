"""CPU time of every process of a sandbox, over a stretch of time."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.errors import BenchmarkError
from benchmarks.process import Process
from sandbox.running import RunningSandbox


@dataclass(frozen=True, slots=True)
class Usage:
    """What every process has used since its start. Both mappings are by the process's name."""

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
