"""A busy consumer leaves silent topics alone, and never for long."""

from itertools import pairwise

import pytest

from stream.busy_topics import ASK_ALL_EVERY_S, SILENT_S, BusyTopics

HOT, COLD = "hot", "cold"


@pytest.fixture
def busy() -> BusyTopics:
    topics = BusyTopics((HOT, COLD))
    topics.left_alone((HOT, COLD), 100.0)
    return topics


def test_a_silent_topic_is_left_alone_while_records_of_others_come(busy: BusyTopics) -> None:
    busy.left_alone((HOT,), 100.0 + SILENT_S)

    assert busy.left_alone((HOT,), 100.01 + SILENT_S) == {COLD}


def test_a_topic_that_was_heard_a_moment_ago_is_asked_for_every_time(busy: BusyTopics) -> None:
    busy.left_alone((HOT,), 99.9 + SILENT_S)

    assert busy.left_alone((HOT,), 99.95 + SILENT_S) == frozenset()


def test_all_are_asked_for_again_after_a_moment_however_busy_it_is(busy: BusyTopics) -> None:
    moments = [100 + SILENT_S + number * 0.01 for number in range(200)]

    all_asked = [at for at in moments if not busy.left_alone((HOT,), at)]

    gaps = [later - sooner for sooner, later in pairwise(all_asked)]
    assert max(gaps) <= ASK_ALL_EVERY_S + 0.011


def test_all_are_asked_for_as_soon_as_nothing_came(busy: BusyTopics) -> None:
    busy.left_alone((HOT,), 100.0 + SILENT_S)

    assert busy.left_alone((), 100.01 + SILENT_S) == frozenset()


def test_a_topic_is_asked_for_again_once_it_was_heard(busy: BusyTopics) -> None:
    busy.left_alone((HOT,), 100.0 + SILENT_S)
    busy.left_alone((HOT, COLD), 100.01 + SILENT_S)

    assert busy.left_alone((HOT,), 100.02 + SILENT_S) == frozenset()


def test_all_are_asked_for_by_one_that_has_just_begun() -> None:
    assert BusyTopics((HOT, COLD)).left_alone((HOT,), 0.0) == frozenset()
