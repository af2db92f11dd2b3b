"""Every error has one answer."""

from collections.abc import Iterator

from each import each

from stream import errors
from stream.errors import (
    BACK_OFF_S_MAX,
    RETAKES_MAX,
    BackOff,
    ContentionError,
    Disposition,
    FatalError,
    Fenced,
    Hold,
    InfrastructureError,
    Paused,
    RecordError,
    Refused,
    Retake,
    Stop,
    StoreUnavailable,
    StreamError,
    disposition,
)


def leaves(error: type[StreamError]) -> Iterator[type[StreamError]]:
    below = error.__subclasses__()
    if not below:
        yield error
    for inner in below:
        yield from leaves(inner)


LEAVES = sorted(leaves(StreamError), key=lambda leaf: leaf.__name__)
ANSWERS: dict[type[StreamError], type[Disposition]] = {
    Paused: Hold,
    InfrastructureError: BackOff,
    ContentionError: Retake,
    RecordError: Stop,
    FatalError: Stop,
}


@each(LEAVES)
def test_every_leaf_is_answered_as_its_branch_is(leaf: type[StreamError]) -> None:
    (branch,) = (branch for branch in ANSWERS if issubclass(leaf, branch))
    assert isinstance(disposition(leaf.__new__(leaf), 1), ANSWERS[branch])


def test_every_error_of_the_tree_is_drawn_in_it() -> None:
    assert errors.__doc__ is not None
    for leaf in LEAVES:
        assert f"── {leaf.__name__}" in errors.__doc__


def test_an_error_without_a_branch_stops_the_worker() -> None:
    assert disposition(StreamError("what is this"), 1) == Stop()


def test_an_outage_is_waited_out_ever_longer_but_never_longer_than_this() -> None:
    delays = [disposition(StoreUnavailable(), attempt) for attempt in range(1, 40)]
    seconds = [delay.delay_s for delay in delays if isinstance(delay, BackOff)]
    assert seconds[:3] == [0.1, 0.2, 0.4]
    assert seconds == sorted(seconds)
    assert seconds[-1] == BACK_OFF_S_MAX
    assert len(seconds) == 39


def test_contention_is_retried_at_once_at_first_and_backs_off_when_it_does_not_end() -> None:
    assert disposition(Fenced(), 1) == Retake(0.05)
    assert isinstance(disposition(Fenced(), RETAKES_MAX), Retake)
    assert disposition(Fenced(), RETAKES_MAX + 1) == BackOff(0.1)


def test_an_outage_can_never_be_blamed_on_a_record() -> None:
    assert not issubclass(InfrastructureError, RecordError)
    assert not issubclass(ContentionError, RecordError)
    assert disposition(Refused("DATABASE_REFUSED_22021"), 1) == Stop()
