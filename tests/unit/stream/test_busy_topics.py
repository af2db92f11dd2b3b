"""A busy consumer leaves silent topics alone, and never for long, however many brokers it reads from."""

from dataclasses import dataclass
from itertools import pairwise

import pytest

from stream.busy_topics import ANSWER_S_MAX, LEFT_ALONE_S_MAX, SILENT_S, BusyTopics

HOT, COLD = "hot", "cold"
WAIT_S = 0.5
ASKED_S = WAIT_S + ANSWER_S_MAX
SILENT = 100.0 + SILENT_S
"""From this moment on."""


@pytest.fixture
def busy() -> BusyTopics:
    topics = BusyTopics((HOT, COLD), WAIT_S)
    topics.left_alone((HOT, COLD), 100.0)
    topics.left_alone((), 100.1, asks_all=True)
    return topics


def test_a_silent_topic_is_left_alone_while_records_of_others_come(busy: BusyTopics) -> None:
    assert busy.left_alone((HOT,), SILENT) == {COLD}
    assert busy.left_alone((HOT,), SILENT + LEFT_ALONE_S_MAX / 2) == {COLD}


def test_a_topic_that_was_heard_a_moment_ago_is_asked_for_every_time(busy: BusyTopics) -> None:
    assert busy.left_alone((HOT,), SILENT - 0.1) == frozenset()


def test_all_are_asked_for_again_after_a_while_and_for_longer_than_a_fetch_may_wait(busy: BusyTopics) -> None:
    moments = [SILENT + number * 0.01 for number in range(1000)]

    alone = [bool(busy.left_alone((HOT,), at)) for at in moments]

    turns = [at for at, (before, now) in zip(moments[1:], pairwise(alone), strict=True) if before != now]
    lasted_s = [later - sooner for sooner, later in pairwise((SILENT, *turns))]
    assert lasted_s[::2] == pytest.approx([LEFT_ALONE_S_MAX] * len(lasted_s[::2]), abs=0.011)
    assert lasted_s[1::2] == pytest.approx([ASKED_S] * len(lasted_s[1::2]), abs=0.011)


def test_all_are_asked_for_as_soon_as_none_came_and_until_records_have_kept_coming(busy: BusyTopics) -> None:
    assert busy.left_alone((HOT,), SILENT) == {COLD}

    assert busy.left_alone((), SILENT + 0.25, asks_all=True) == frozenset()
    assert busy.left_alone((HOT,), SILENT + 0.3) == frozenset()
    assert busy.left_alone((HOT,), SILENT + 0.25 + ASKED_S + 0.01) == {COLD}


def test_who_is_busy_with_other_work_than_records_leaves_nothing_alone_for_longer(busy: BusyTopics) -> None:
    assert busy.left_alone((HOT,), SILENT) == {COLD}

    assert busy.left_alone((), SILENT + LEFT_ALONE_S_MAX - 0.01) == {COLD}
    assert [busy.left_alone((), SILENT + LEFT_ALONE_S_MAX + number) for number in range(9)] == [frozenset()] * 9


def test_a_topic_is_asked_for_again_once_it_was_heard(busy: BusyTopics) -> None:
    busy.left_alone((HOT,), SILENT)

    assert busy.left_alone((HOT, COLD), SILENT + 0.01) == frozenset()
    assert busy.left_alone((HOT,), SILENT + 0.02) == frozenset()


def test_all_are_asked_for_by_one_that_has_just_begun() -> None:
    begun = BusyTopics((HOT, COLD), WAIT_S)
    assert [begun.left_alone((HOT,), 50 + number) for number in range(4)] == [frozenset()] * 4


@dataclass
class QuietBroker:
    """Leads a partition of the silent topic, and others that say nothing, either.

    A fetch that does not name that topic ends when its wait is over; one that does is answered at once, because a
    record stands there. An answer that comes for a topic that is left alone by then is thrown away.
    """

    ends_s: float
    is_named: bool = False

    def brings(self, now_s: float, *, is_alone: bool) -> bool:
        """Whether the record has come by now; up to now the topic was left alone, or was not."""
        while self.ends_s <= now_s:
            is_answered = self.is_named
            begun_s = now_s if is_answered else self.ends_s
            self.is_named = not is_alone
            self.ends_s = begun_s + (0.005 if self.is_named else WAIT_S)
            if is_answered:
                return not is_alone
        return False


@pytest.mark.parametrize("batch_s", [0.002, 0.007, 0.03, 0.11, 0.4, 1.0])
def test_a_record_of_a_silent_topic_does_not_wait_longer_where_the_busy_ones_are_led_by_another_broker(
    busy: BusyTopics, batch_s: float
) -> None:
    now, is_alone, came = SILENT, True, [SILENT]
    broker = QuietBroker(ends_s=SILENT + WAIT_S / 3)
    while now < SILENT + 120:
        now += batch_s
        if broker.brings(now, is_alone=is_alone):
            came.append(now)
        is_alone = COLD in busy.left_alone((HOT,), now)

    waited_s = [later - sooner for sooner, later in pairwise(came)]
    assert max(waited_s) <= LEFT_ALONE_S_MAX + WAIT_S + ANSWER_S_MAX + 3 * batch_s
