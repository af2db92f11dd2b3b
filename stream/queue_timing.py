"""When to look at the redelivery queue next, in monotonic seconds.

Between two batches a tick checks for every waiting document whether its gate is open, which takes a second for a
hundred thousand. So the duration of one tick determines when the next one is.
"""

from dataclasses import dataclass

from stream.store import TICK_ROWS_MAX

TICK_TIMES_APART = 20
"""From one tick to the next, in multiples of the first one's duration: so ticks take a twentieth of the time."""

TICK_APART_S_MAX = 10.0
"""The longest from one tick to the next, even if a tick took long because the database was slow."""


@dataclass
class QueueTiming:
    """For one worker, until it loses its lanes: then everything is looked at anew."""

    tick_s: float
    poll_s: float
    _pause: float = 0.0
    _tick: float = 0.0
    _rows: float = 0.0

    def take_pause_turn(self, now: float) -> bool:
        """Whether to look for an operator's pause; the next turn comes a tick later."""
        if now < self._pause:
            return False
        self._pause = now + self.tick_s
        return True

    def is_time_for_tick(self, now: float) -> bool:
        """Whether to queue what has become due."""
        return now >= self._tick

    def ticked(self, begun: float, ended: float, queued: int) -> None:
        """A tick queued this many. After a full lot there is more, and the next tick does not wait."""
        apart = 0.0 if queued == TICK_ROWS_MAX else min(TICK_TIMES_APART * (ended - begun), TICK_APART_S_MAX)
        self._tick = begun + max(self.tick_s, apart)
        if queued:
            self._rows = 0.0

    def is_time_for_rows(self, now: float) -> bool:
        """Whether to take rows."""
        return now >= self._rows

    def found(self, now: float, rows: int) -> None:
        """This many rows could be taken: after none, the queue is not asked again at once."""
        self._rows = now + self.poll_s if rows == 0 else 0.0
