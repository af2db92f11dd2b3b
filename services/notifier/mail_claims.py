"""The mails that are ours to send next, claimed many at a time for all connections together."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from uuid import UUID

from services.notifier.ledger import Ledger, MailClaim
from stream import crash
from stream.clock import Clock
from stream.errors import StoreUnavailable

CLAIMS_MAX = 512

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class HeldClaim:
    """A claim, and until when (on our monotonic clock) its body may be begun: each renewal makes that later."""

    claim: MailClaim
    until: float


class MailClaims:
    """Asked by every connection that is free. Looks again when woken, and now and then by itself.

    A mail that a connection has taken is its own until the connection says that it is `done`, however long the server
    takes: `renew` sees to that. A mail that waits here for a connection is not renewed, so that another sender can take
    it if all our connections are held up.
    """

    def __init__(self, ledger: Ledger, clock: Clock, *, batch: int, poll_s: float, claim_s: float) -> None:
        self._ledger = ledger
        self._clock = clock
        self._batch_min = self._batch = batch
        self._poll_s = poll_s
        self._claim_s = claim_s
        self._held: deque[HeldClaim] = deque()
        self._taken: dict[UUID, HeldClaim] = {}
        self._claimed_at = -inf
        self._all_claimed = False
        self._asking = asyncio.Lock()
        self._news = asyncio.Event()
        self._stopped = False
        self._may_claim = asyncio.Event()
        self._found_away = False

    def wake(self) -> None:
        """There may be mails."""
        self._news.set()

    def go_on(self) -> None:
        """Start claiming: the lanes are taken over, so the ledger is known not to be behind."""
        self._may_claim.set()

    def hold(self) -> None:
        """Claim nothing until told to go on: mails planned in a database that came back older may have gone out."""
        if not self._stopped:
            self._may_claim.clear()

    def away(self, error: StoreUnavailable) -> None:
        """Hold, since the ledger does not answer."""
        _log.warning("the mail ledger does not answer (%s)", error)
        self._found_away = True
        self.hold()

    def found_away(self) -> bool:
        """Whether it did not answer, since this was asked last."""
        found, self._found_away = self._found_away, False
        return found

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopped = True
        self._news.set()
        self._may_claim.set()

    def left(self) -> Sequence[MailClaim]:
        """After a stop: what was claimed and not asked for."""
        return [held.claim for held in self._held]

    def at_once(self) -> HeldClaim | None:
        """The next mail to send, when it was claimed already."""
        if not self._held or self._stopped:
            return None
        held = self._held.popleft()
        self._taken[held.claim.id] = held
        return held

    def done(self, claim: MailClaim) -> None:
        """Whoever took this has come to its end."""
        held = self._taken.get(claim.id)
        if held is not None and held.claim.token == claim.token:
            del self._taken[claim.id]

    async def renew(self) -> None:
        """Let what was taken be ours for longer. Raises StoreUnavailable: it is ours for as long as it was."""
        taken = list(self._taken.values())
        if not taken:
            return
        # Taken before the ledger takes its own, so ours runs out first.
        now = self._clock.monotonic()
        renewed = await self._ledger.renew([held.claim for held in taken])
        for held in taken:
            if held.claim.id in renewed:
                held.until = now + self._claim_s

    async def next(self) -> HeldClaim | None:
        """The next mail to send, when there is one; None after a stop."""
        async with self._asking:
            while not self._stopped:
                if (held := self.at_once()) is not None:
                    return held
                if self._all_claimed:
                    await self._wait()
                await self._claim()
        return None

    async def _wait(self) -> None:
        poll = asyncio.get_running_loop().call_later(self._poll_s, self._news.set)
        await self._news.wait()
        poll.cancel()

    async def _claim(self) -> None:
        await self._may_claim.wait()
        if self._stopped:
            return
        self._news.clear()
        # Taken before the ledger takes its own, so ours runs out first.
        now = self._clock.monotonic()
        self._resize(lasted_s=now - self._claimed_at)
        self._claimed_at = now
        try:
            claims = await self._ledger.claim(self._batch)
        except StoreUnavailable as error:
            self.away(error)
            claims = ()
        self._all_claimed = len(claims) < self._batch
        if claims:
            crash.point("claim")
            self._held.extend(HeldClaim(claim, now + self._claim_s) for claim in claims)

    def _resize(self, *, lasted_s: float) -> None:
        """Take no more than goes out in a part of its time: a claim that is not begun in time was in vain."""
        if self._all_claimed or lasted_s > self._claim_s / 4:
            self._batch = self._batch_min
        elif lasted_s < self._claim_s / 16:
            self._batch = min(2 * self._batch, max(self._batch_min, CLAIMS_MAX))
