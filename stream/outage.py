"""How long a worker that stands still is excused by Postgres, which does not answer.

Records wait, Kafka answers, and yet no new process would take them before Postgres is back. But where only this worker
does not reach it, its colleagues would, and they have its lanes as soon as it is gone.
"""

from stream.errors import StoreUnavailable, StreamError

EXCUSED_S_MAX = 600.0


class Outage:
    """Told of every error, and when all is well."""

    def __init__(self) -> None:
        self._since_s: float | None = None

    def note(self, error: StreamError, now_s: float) -> None:
        """Any other error ends the outage: Postgres did answer."""
        if not isinstance(error, StoreUnavailable):
            self.clear()
        elif self._since_s is None:
            self._since_s = now_s

    def excuses(self, now_s: float) -> bool:
        """Whether nobody could have taken anything: Postgres is away, and for no longer than ten minutes."""
        return self._since_s is not None and now_s - self._since_s < EXCUSED_S_MAX

    def clear(self) -> None:
        """Postgres answers again; a later failure begins a new outage."""
        self._since_s = None
