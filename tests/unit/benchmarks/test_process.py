import os
import subprocess
import sys
import time

import pytest

from benchmarks.errors import BenchmarkError
from benchmarks.process import Process, Usage

BUSY = "import os; sum(range(10**7)); t = os.times(); print(t.user + t.system, flush=True); input()"


def test_a_process_is_as_busy_as_it_knows_itself_to_be() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as busy:
        assert busy.stdin is not None
        assert busy.stdout is not None
        used_s = float(busy.stdout.readline())
        assert abs(Process(busy.pid).cpu_s() - used_s) < 0.1
        busy.stdin.write("\n")


def test_a_process_is_as_old_and_large_as_it_can_be() -> None:
    me = Process(os.getpid())
    assert 0 < me.age_s() < time.clock_gettime(time.CLOCK_BOOTTIME)
    assert 10 < me.resident_mb() < 2_000


def test_usage_is_what_came_between_two_looks() -> None:
    before = Usage({"intake": 1, "kafka": 2}, {"intake": 1.5, "kafka": 4.0})
    after = Usage({"intake": 1, "kafka": 2}, {"intake": 2.0, "kafka": 4.5})
    assert after.since(before) == {"intake": 0.5, "kafka": 0.5}


def test_a_process_that_was_started_anew_has_no_usage() -> None:
    before = Usage({"intake": 1}, {"intake": 1.5})
    with pytest.raises(BenchmarkError, match="intake"):
        Usage({"intake": 7}, {"intake": 0.1}).since(before)
