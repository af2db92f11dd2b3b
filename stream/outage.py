"""How long an outage of Postgres excuses a worker that stands still.

Records wait and Kafka answers, but a new process could not take them either before Postgres is back. If only this
worker cannot reach Postgres, however, its colleagues could take them: they get its lanes as soon as it is gone.
"""

from stream.errors import StoreUnavailable, StreamError

EXCUSED_S_MAX = 600.0


class Outage:
    """Told of every error, and when all is well."""

    def __init__(self) -> None:
        self._since_s: float | None = None

    def note(self, error: StreamError, now_s: float) -> None:
        """Note an error; any but an outage of Postgres ends that, as Postgres did answer."""
        if not isinstance(error, StoreUnavailable):
            self.clear()
        elif self._since_s is None:
            self._since_s = now_s

    def excuses(self, now_s: float) -> bool:
        """Whether nobody could have taken anything: Postgres is away, but for no longer than ten minutes."""
        return self._since_s is not None and now_s - self._since_s < EXCUSED_S_MAX

    def clear(self) -> None:
        """Postgres answers again; a later failure begins a new outage."""
        self._since_s = None
