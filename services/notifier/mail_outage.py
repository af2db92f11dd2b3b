"""Logs that the mail server takes no mail, without filling the log."""

import logging
from math import inf

from stream.clock import Clock

AGAIN_S = 60.0

_log = logging.getLogger(__name__)


class MailOutage:
    """Shared by all lines of a sender, each of which tells how its tries end."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said_at = -inf
        self._lasts = False
        self._broken_off = 0

    def report(self, what: str) -> None:
        """Log what is wrong, at most once a minute."""
        self._say(f"{what}: tried again until it takes mails")

    def breaks_off(self, what: str, *, often: int) -> bool:
        """Whether the server broke off at so many mails and took none in between: then it is not about a recipient.

        Only then is it logged.
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
        """A mail was accepted: log that, if an outage was logged before."""
        self._broken_off = 0
        if self._lasts:
            self._lasts = False
            _log.warning("the mail server takes mails again")
