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

    def report(self, what: str) -> None:
        """Say what is the matter, at most once a minute."""
        now = self._clock.monotonic()
        if now - self._said_at >= AGAIN_S:
            self._said_at, self._lasts = now, True
            _log.warning("%s: tried again until it takes mails", what)

    def clear(self) -> None:
        """Say that mails are taken again, where it was said that none was."""
        if self._lasts:
            self._lasts = False
            _log.warning("the mail server takes mails again")
