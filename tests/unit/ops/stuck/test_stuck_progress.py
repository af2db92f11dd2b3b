"""How far `koppeling stuck` is, which reads every document there is."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ops.stuck.silent import SilentRegistrations
from services.monitor.stage import Stage
from stream.memory.manual_clock import ManualClock


class SlowDatabase:
    """Three stretches, each of which takes so long and finds one that is silent."""

    def __init__(self, clock: ManualClock, takes_s: float) -> None:
        self._clock = clock
        self._takes_s = takes_s
        self._ends = ["a", "b", "c", None]

    async def fetchval(self, *_: object) -> str | None:
        return self._ends.pop(0)

    async def fetch(self, _sql: str, _limit: int, _begun: str, end: str, *_: object) -> list[dict[str, Any]]:
        self._clock.advance(self._takes_s)
        return [{"key": end, "since": datetime(2026, 1, 9 - len(self._ends), tzinfo=UTC), "total": 1}]


@pytest.mark.parametrize(("takes_s", "thousands"), [(0.1, []), (1.5, [40]), (3, [20, 40, 60])])
async def test_it_says_now_and_then_how_far_it_is_when_it_takes_long(
    takes_s: float, thousands: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    clock = ManualClock(datetime(2026, 2, 1, tzinfo=UTC))
    database: Any = SlowDatabase(clock, takes_s)
    found = await SilentRegistrations(database, {Stage.HELD: 0}, held_up=True, clock=clock).oldest(2)
    assert ([row["key"] for row in found.shown], found.total) == (["a", "b"], 3)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"about {thousand},000 registrations looked at" for thousand in thousands]
