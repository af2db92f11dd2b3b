import os
import time

from benchmarks.process import Process


def test_a_process_is_as_busy_old_and_large_as_it_knows_itself_to_be() -> None:
    me = Process(os.getpid())
    used = os.times()
    assert abs(me.cpu_s() - (used.user + used.system + used.children_user + used.children_system)) < 0.5
    assert 0 < me.age_s() < time.clock_gettime(time.CLOCK_BOOTTIME)
    assert 10 < me.resident_mb() < 2_000
