"""Replays as they are listed."""

from collections.abc import Iterator, Sequence

from ops.replay.asked import shown
from ops.replay.replays import Replay
from ops.terminal.age import moment
from ops.terminal.output import wrapped


def replay_lines(found: Sequence[Replay]) -> Iterator[str]:
    """A few lines for each; what was asked in full, for it ends with what sets it apart."""
    for one in found:
        ended = f"ended {moment(one.finished_at)}" if one.finished_at else "not at its end: the same command goes on"
        ended = f"paused {moment(one.paused_at)}" if one.paused_at else ended
        ended = f"stopped {moment(one.stopped_at)}" if one.stopped_at else ended
        yield from wrapped(shown(one.asked), rest="    ")
        yield f"  {one.id}"
        far = f"begun {moment(one.begun_at)}, {one.passed} of {one.total} passed, {ended}"
        yield from wrapped(far, "  ", "    ")
