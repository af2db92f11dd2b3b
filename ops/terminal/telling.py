"""When a command without a bar says how far it is, and its estimate of what is left."""

from ops.terminal.age import duration
from stream.clock import Clock

TELL_S = 2.0


class Telling:
    """Measures from `begun`, which is moved forward by the length of a pause, as that counts for nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.begun = self._told = clock.monotonic()

    def is_due(self) -> bool:
        """Whether to say it now; after that, not again for `TELL_S`."""
        now = self._clock.monotonic()
        if now - self._told < TELL_S:
            return False
        self._told = now
        return True

    def to_go(self, done: int, left: int) -> str:
        """An estimate of how long what is left takes, by how long `done` took."""
        return f"about {duration((self._clock.monotonic() - self.begun) / done * left)} to go"
