"""The brake: tells a bad release from bad data by the number of different keys whose records it cannot decide."""

from collections.abc import Sequence
from dataclasses import dataclass

from stream.answer import Answer, Result

RUN_MAX = 10
WINDOW = 100
SHARE_MAX = 0.2
WINDOW_MIN = 50

_DECIDED = frozenset({Result.EMITTED, Result.IGNORED, Result.PARKED, Result.RETRY})


@dataclass(frozen=True, slots=True)
class Brake:
    """The last decided records, newest last: the suspect at whose data the release failed, or None."""

    recent: tuple[str | None, ...] = ()

    def after(self, answers: Sequence[Answer]) -> "Brake":
        """The brake once these records are settled."""
        decided = [answer.suspect for answer in answers if answer.result in _DECIDED]
        return Brake((*self.recent, *decided)[-WINDOW:])

    def verdict(self) -> str | None:
        """Why the release should stop: ten suspects in a row, or a fifth of the last hundred, of different keys."""
        run = _suspects_at_the_end(self.recent)
        if len(run) >= RUN_MAX:
            return f"{len(run)} records in a row could not be decided"
        suspects = {key for key in self.recent if key is not None}
        if len(self.recent) >= WINDOW_MIN and len(suspects) >= SHARE_MAX * len(self.recent):
            return f"{len(suspects)} of the last {len(self.recent)} records could not be decided"
        return None


def _suspects_at_the_end(recent: Sequence[str | None]) -> set[str]:
    run: set[str] = set()
    for key in reversed(recent):
        if key is None:
            break
        run.add(key)
    return run
