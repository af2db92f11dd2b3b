"""The flood limit, on a clock that goes on only when somebody waits."""

from collections.abc import Sequence
from datetime import UTC, datetime

import click
import pytest

from ops.replay.pace import CHUNK_RECORDS_MAX, PAUSED_POLL_S, POLL_S, STALLED_S, Limits, Pace
from ops.terminal.telling import TELL_S
from stream.memory.manual_clock import ManualClock

TICK_S = 1e-6
"""What a question takes."""


class Queue:
    """Says how many rows wait: one answer after the other, the last for ever."""

    def __init__(self, answers: Sequence[int], held: Sequence[str] = ()) -> None:
        self._answers = list(answers)
        self._held = held

    async def holding(self) -> Sequence[str]:
        return self._held

    async def pending(self) -> int:
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def pace(answers: Sequence[int], *, rows: int = 10, rate: float = 100, passed: int = 0) -> tuple[Pace, ManualClock]:
    clock = ManualClock(datetime(2026, 11, 22, tzinfo=UTC))
    return Pace(Limits(rows, rate), clock, Queue(answers), passed=passed), clock


async def test_an_empty_queue_has_room_at_once() -> None:
    waiting, clock = pace([0])
    await waiting.room(10)
    assert clock.monotonic() == 0


async def test_rows_wait_until_the_queue_has_room_for_all_of_them() -> None:
    waiting, clock = pace([10, 8, 6, 5])
    await waiting.room(5)
    assert clock.monotonic() == pytest.approx(3 * POLL_S)


async def test_no_more_rows_a_second_than_allowed() -> None:
    waiting, clock = pace([0], rate=5)
    for _ in range(3):
        await waiting.room(10)
    assert clock.monotonic() == pytest.approx(4)


async def test_a_queue_that_nobody_drains_is_given_up_with_what_to_do() -> None:
    waiting, clock = pace([10])
    with pytest.raises(click.ClickException, match="does the service run"):
        await waiting.room(1)
    assert STALLED_S <= clock.monotonic() <= STALLED_S + 2 * POLL_S


async def test_what_keeps_the_service_from_it_is_named_instead_of_asked() -> None:
    clock = ManualClock(datetime(2026, 11, 22, tzinfo=UTC))
    waiting = Pace(Limits(10, 100), clock, Queue([10], ["intake is paused since 10:00: a release"]))
    with pytest.raises(click.ClickException, match="intake is paused since 10:00: a release") as stalled:
        await waiting.room(1)
    assert "does the service run" not in stalled.value.message


async def test_a_slow_service_is_waited_for_as_long_as_it_goes_on() -> None:
    waiting, clock = pace([n for n in range(10, -1, -1) for _ in range(int(STALLED_S / POLL_S) - 5)])
    await waiting.drained()
    assert clock.monotonic() > 5 * STALLED_S


async def test_how_far_it_is_and_how_long_it_takes_is_told_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    waiting, clock = pace([0])
    await waiting.room(10)
    waiting.tell(10, 40)
    clock.advance(TELL_S)
    waiting.tell(10, 40)
    assert capsys.readouterr().err == "10 of 40 passed, about 0:00:06 to go\n"


async def test_how_long_it_takes_goes_by_what_is_passed_since_it_went_on_however_little_is_queued(
    capsys: pytest.CaptureFixture[str],
) -> None:
    waiting, clock = pace([0], passed=1_000)
    await waiting.room(1)
    clock.advance(TELL_S)
    waiting.tell(1_200, 2_000)
    assert capsys.readouterr().err == "1200 of 2000 passed, about 0:00:08 to go\n"


async def test_a_pause_is_waited_for_as_long_as_it_lasts_said_once_and_counts_for_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    waiting, clock = pace([0])
    answers = [True] * 101 + [False]

    async def is_paused() -> bool:
        clock.advance(TICK_S)
        return answers.pop(0)

    await waiting.unless_paused(is_paused)
    assert clock.monotonic() == pytest.approx(100 * PAUSED_POLL_S + 102 * TICK_S)
    assert answers == []
    assert capsys.readouterr().err.count("paused") == 1
    await waiting.room(10)
    clock.advance(TELL_S)
    waiting.tell(10, 40)
    assert capsys.readouterr().err == "10 of 40 passed, about 0:00:06 to go\n"


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        (Limits(1_000, 200), 20),
        (Limits(1_000, 1_000_000), CHUNK_RECORDS_MAX),
        (Limits(5, 200), 5),
        (Limits(1_000, 1), 1),
    ],
)
def test_what_is_brought_at_once_is_a_tenth_of_a_second_s_worth_for_live_records_wait_behind_it(
    limits: Limits, most: int
) -> None:
    assert limits.chunk_records_max == most
