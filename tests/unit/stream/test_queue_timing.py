"""How often a worker looks for what is due: by what the last look cost, and never so rarely that nobody wakes."""

import pytest
from world import At, World

from stream.memory.disturbance import Moment
from stream.queue_timing import TICK_APART_S_MAX, QueueTiming
from stream.store import TICK_ROWS_MAX

TICK_S = 0.5


@pytest.mark.parametrize(
    ("took_s", "queued", "next_s"),
    [
        (0.001, 0, TICK_S),
        (0.1, 0, 2.0),
        (0.1, 3, 2.0),
        (1.3, 0, TICK_APART_S_MAX),
        (1.3, TICK_ROWS_MAX, TICK_S),
    ],
)
def test_a_tick_is_repeated_the_later_the_longer_it_took_unless_there_is_more(
    took_s: float, queued: int, next_s: float
) -> None:
    timing = QueueTiming(TICK_S, poll_s=0.25)
    timing.ticked(100.0, 100.0 + took_s, queued)
    assert [timing.is_time_for_tick(100.0 + later) for later in (next_s - 0.01, next_s + 0.01)] == [False, True]


async def test_where_very_many_wait_a_worker_spends_little_of_its_time_on_looking_who_may_go_on() -> None:
    took_s, world = 0.1, World()
    running = await world.worker()
    for nth in range(1, 1000):
        running.trouble.planned[At("store", "tick", Moment.BEFORE, nth)] = lambda: world.clock.advance(took_s)
    begun_s = world.clock.monotonic()
    while world.clock.monotonic() < begun_s + 60:
        await running.worker.run_once()
        world.clock.advance(0.01)
    ticks = running.trouble.passed["store", "tick", Moment.BEFORE]
    assert 60 / TICK_APART_S_MAX < ticks <= 60 / (20 * took_s) + 1
