"""The mails that are ours to send next, claimed a few at a time for all connections together."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from stream import crash
from stream.clock import Clock
from stream.errors import StoreUnavailable

from .ledger import Claim, Ledger

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """A claim, and until when (on our monotonic clock) its body may be begun."""

    claim: Claim
    until: float


class Claims:
    """Asked by every connection that is free. Looks again when woken, and now and then by itself."""

    def __init__(self, ledger: Ledger, clock: Clock, *, batch: int, poll_s: float, claim_s: float) -> None:
        self._ledger = ledger
        self._clock = clock
        self._batch = batch
        self._poll_s = poll_s
        self._claim_s = claim_s
        self._held: deque[Held] = deque()
        self._asking = asyncio.Lock()
        self._news = asyncio.Event()
        self._stopped = False

    def wake(self) -> None:
        """There may be mails."""
        self._news.set()

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopped = True
        self._news.set()

    def left(self) -> Sequence[Claim]:
        """After a stop: what was claimed and not asked for."""
        return [held.claim for held in self._held]

    async def next(self) -> Held | None:
        """The next mail to send, when there is one; None after a stop."""
        async with self._asking:
            while not self._stopped:
                if self._held:
                    return self._held.popleft()
                await self._claim()
        return None

    async def _claim(self) -> None:
        self._news.clear()
        # Taken before the ledger takes its own, so ours runs out first.
        until = self._clock.monotonic() + self._claim_s
        try:
            claims = await self._ledger.claim(self._batch)
        except StoreUnavailable as error:
            _log.warning("the mail ledger does not answer (%s)", error)
            claims = ()
        if claims:
            crash.point("claim")
            self._held.extend(Held(claim, until) for claim in claims)
        elif not self._stopped:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), self._poll_s)
