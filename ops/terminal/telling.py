"""How far a command is, said now and then by lines on standard error, where it has no bar."""

from ops.terminal.age import duration
from stream.clock import Clock

TELL_S = 2.0


class Telling:
    """When something began, and when it was told of last. A pause, which counts for nothing, puts `begun` off."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.begun = self._told = clock.monotonic()

    def is_due(self) -> bool:
        """Whether it is to be told of now; then not again for TELL_S seconds."""
        now = self._clock.monotonic()
        if now - self._told < TELL_S:
            return False
        self._told = now
        return True

    def to_go(self, done: int, left: int) -> str:
        """How long what is left will take, by what was done since it began."""
        return f"about {duration((self._clock.monotonic() - self.begun) / done * left)} to go"
