"""Says that no mail can be brought to the mail server: visibly, and without filling the log."""

import logging
from math import inf

from stream.clock import Clock

AGAIN_S = 60.0

_log = logging.getLogger(__name__)


class MailOutage:
    """Told by every line of a sender, at each of its tries."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said_at = -inf
        self._lasts = False
        self._broken_off = 0

    def report(self, what: str) -> None:
        """Say what is the matter, at most once a minute."""
        self._say(f"{what}: tried again until it takes mails")

    def breaks_off(self, what: str, *, often: int) -> bool:
        """Whether it broke off at so many mails, and took none in between: then it is not for a recipient's sake.

        Only then is it said.
        """
        self._broken_off += 1
        if self._broken_off < often:
            return False
        self._say(f"{what}: each mail is tried again, later and later")
        return True

    def _say(self, what: str) -> None:
        now = self._clock.monotonic()
        if now - self._said_at >= AGAIN_S:
            self._said_at, self._lasts = now, True
            _log.warning("%s", what)

    def clear(self) -> None:
        """A mail is taken: say so where it was said that none was."""
        self._broken_off = 0
        if self._lasts:
            self._lasts = False
            _log.warning("the mail server takes mails again")
