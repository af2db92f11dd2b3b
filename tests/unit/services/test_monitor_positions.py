from collections.abc import Callable
from typing import Any

import pytest
from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from services.monitor.positions import READ_AGAIN_S, Passed, Positions
from services.monitor.progress import WELL_S, Progress

PLACE = TP("policy-awaited", 3)
OTHER = TP("policy-awaited", 4)


def begun(start: int = 0) -> Positions:
    positions = Positions()
    positions.begin({PLACE: start})
    return positions


def test_a_record_counts_once_all_before_it_have_counted() -> None:
    positions = begun(5)
    assert positions.take(PLACE, 6) is Passed.BEYOND_A_GAP
    assert positions.waiting({PLACE: 7}) == 2
    assert [positions.take(PLACE, offset) for offset in (5, 6)] == [Passed.IN_ORDER, Passed.IN_ORDER]
    assert positions.waiting({PLACE: 7}) == 0


@given(st.lists(st.integers(0, 20)))
def test_in_whatever_order_they_come_what_counts_is_a_beginning_without_a_gap(offsets: list[int]) -> None:
    positions = begun()
    expected = 0
    for offset in offsets:
        passed = positions.take(PLACE, offset)
        assert (passed is Passed.BEYOND_A_GAP) == (offset > expected)
        expected += offset == expected
    assert positions.waiting({PLACE: 30}) == 30 - expected
    assert positions.counted == expected


def test_what_has_moved_is_told_once_and_never_of_partitions_that_were_taken_away() -> None:
    positions = begun(5)
    positions.begin({OTHER: 0})
    assert positions.moved() == {}
    for offset in (5, 6):
        positions.take(PLACE, offset)
    assert positions.moved() == {PLACE: 7}
    assert positions.moved() == {}
    positions.take(OTHER, 0)
    positions.forget()
    assert positions.moved() == {}


def test_nothing_counts_before_it_is_known_where_its_partition_begins() -> None:
    positions = Positions()
    assert positions.take(PLACE, 0) is Passed.TOO_EARLY
    assert not positions.begun


def test_what_a_topic_does_not_hold_any_more_is_not_waited_for() -> None:
    positions = begun(5)
    positions.begin({PLACE: 9})
    assert positions.waiting({PLACE: 10}) == 1
    positions.begin({PLACE: 2})
    assert positions.waiting({PLACE: 10}) == 1


def test_a_partition_that_stands_still_while_records_wait_is_read_again_from_there_once_in_a_while() -> None:
    positions = begun(5)
    positions.begin({OTHER: 0})
    ends = {PLACE: 7, OTHER: 0}
    late, later = READ_AGAIN_S, 2 * READ_AGAIN_S
    assert positions.standing_still(ends, 0) == []
    assert positions.standing_still(ends, late - 0.1) == []
    assert positions.standing_still(ends, late) == [PLACE]
    assert positions.next(PLACE) == 5
    assert positions.standing_still(ends, late + 1) == []
    assert positions.standing_still(ends, later) == [PLACE]


def test_one_that_gets_on_or_has_nothing_waiting_is_left_alone() -> None:
    positions = begun(5)
    ends = {PLACE: 7}
    positions.standing_still(ends, 0)
    positions.take(PLACE, 5)
    assert positions.standing_still(ends, READ_AGAIN_S) == []
    positions.take(PLACE, 6)
    assert positions.standing_still(ends, 2 * READ_AGAIN_S) == []
    assert positions.standing_still(ends, 4 * READ_AGAIN_S) == []
    just_come = {PLACE: 8}
    assert positions.standing_still(just_come, 4 * READ_AGAIN_S + 1) == []


def given_back(positions: Positions) -> None:
    positions.forget()
    positions.begin({PLACE: 5})


@pytest.mark.parametrize("then", [given_back, lambda positions: positions.read_again(PLACE)])
def test_only_what_comes_when_a_partition_is_read_again_passes_an_offset(then: Callable[[Positions], None]) -> None:
    positions = begun(5)
    positions.read_again(PLACE)
    positions.take(PLACE, 9)
    then(positions)
    for now_s in (0, READ_AGAIN_S):
        positions.standing_still({PLACE: 10}, now_s)
    assert positions.next(PLACE) == 5


class Consumer:
    """What the view asks of Faust's: one partition with records 0 to 2, of which 0 is committed."""

    def __init__(self) -> None:
        self.begin, self.end = 0, 3
        self.handed_on = 3
        self.committed: dict[TP, int | None] = {PLACE: 1}
        self._committed_offset = self.committed
        self.assigned = {PLACE, TP("monitor-registrations-changelog", 3)}
        self.sought: list[tuple[TP, int]] = []

    def assignment(self) -> set[TP]:
        return self.assigned

    async def highwaters(self, *places: TP) -> dict[TP, int]:
        return dict.fromkeys(places, self.end)

    async def earliest_offsets(self, *places: TP) -> dict[TP, int]:
        return dict.fromkeys(places, self.begin)

    async def position(self, place: TP) -> int:
        del place
        return self.handed_on

    async def seek(self, place: TP, offset: int) -> None:
        self.sought.append((place, offset))


class App:
    def __init__(self) -> None:
        self.consumer = Consumer()
        self.rebalancing = False


class Course:
    """A view with a clock of ours."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.app = App()
        self.positions = Positions()
        app: Any = self.app
        self.progress = Progress(app, self.positions, lambda: self.now_s)
        self.progress.recovered = True

    async def look(self, now_s: float) -> Progress:
        self.now_s = now_s
        await self.progress.look(frozenset({PLACE.topic}))
        return self.progress


async def test_it_is_ready_when_everything_behind_what_was_committed_has_been_kept() -> None:
    course = Course()
    assert not (await course.look(0)).ready
    assert course.progress.waiting == 2
    course.positions.take(PLACE, 1)
    course.positions.take(PLACE, 2)
    assert (await course.look(1)).ready


@pytest.mark.parametrize("committed", [{}, {PLACE: None}])
async def test_a_partition_of_which_nothing_was_committed_begins_where_its_topic_does(
    committed: dict[TP, int | None],
) -> None:
    course = Course()
    course.app.consumer.committed.clear()
    course.app.consumer.committed.update(committed)
    assert (await course.look(0)).waiting == 3


async def test_it_is_current_with_what_stood_there_at_the_last_look_while_records_go_on_coming() -> None:
    course = Course()
    await course.look(0)
    for now_s, offset in enumerate(range(1, 9), start=1):
        course.positions.take(PLACE, offset)
        course.app.consumer.end = offset + 3
        await course.look(now_s)
        assert not course.progress.ready
    course.positions.take(PLACE, 9)
    course.positions.take(PLACE, 10)
    course.app.consumer.end = 14
    assert (await course.look(10)).current
    assert course.progress.waiting == 3
    course.app.consumer.end = 15
    assert not (await course.look(11)).current
    assert course.progress.ready
    course.progress.lost()
    assert not course.progress.ready
    assert not course.positions.begun


async def test_what_the_topic_does_not_hold_any_more_is_passed_once_the_partition_stands_still() -> None:
    course = Course()
    await course.look(0)
    course.app.consumer.begin = 2
    await course.look(READ_AGAIN_S)
    assert course.app.consumer.sought == [(PLACE, 2)]
    assert course.progress.waiting == 1


@pytest.mark.parametrize("state", ["not recovered", "rebalancing", "nothing assigned"])
async def test_nothing_is_known_before_faust_has_found_where_it_stood(state: str) -> None:
    course = Course()
    if state == "nothing assigned":
        course.app.consumer.assigned.clear()
    course.progress.recovered = state != "not recovered"
    course.app.rebalancing = state == "rebalancing"
    assert not (await course.look(0)).current
    assert not course.positions.begun


async def test_a_record_that_was_lost_on_its_way_is_read_again() -> None:
    course = Course()
    await course.look(0)
    course.positions.take(PLACE, 2)
    await course.look(READ_AGAIN_S)
    assert course.app.consumer.sought == [(PLACE, 1)]


async def test_an_offset_that_holds_no_record_is_passed_when_reading_again_brings_what_is_behind_it() -> None:
    course = Course()
    course.app.consumer.end, course.app.consumer.handed_on = 9, 5
    await course.look(0)
    for offset in (3, 4):
        course.positions.take(PLACE, offset)
    await course.look(READ_AGAIN_S)
    assert course.positions.next(PLACE) == 1
    for offset in (4, 3):
        course.positions.take(PLACE, offset)
    await course.look(2 * READ_AGAIN_S)
    assert course.app.consumer.sought == [(PLACE, 1), (PLACE, 3)]
    assert course.positions.next(PLACE) == 3


async def test_a_partition_whose_turn_has_not_come_is_left_alone() -> None:
    course = Course()
    course.app.consumer.handed_on = 1
    await course.look(0)
    await course.look(READ_AGAIN_S)
    assert course.app.consumer.sought == []


async def test_it_is_well_while_it_gets_on_or_nothing_waits_and_not_when_it_has_stood_still_for_long() -> None:
    course = Course()
    await course.look(0)
    course.positions.take(PLACE, 1)
    assert (await course.look(WELL_S)).well
    assert (await course.look(2 * WELL_S - 1)).well
    assert not (await course.look(2 * WELL_S)).well
    course.positions.take(PLACE, 2)
    await course.look(2 * WELL_S)
    assert (await course.look(5 * WELL_S)).well


async def test_one_that_is_never_brought_back_is_not_well() -> None:
    course = Course()
    course.progress.lost()
    assert not (await course.look(WELL_S)).well
