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
    """Asked for a mail by every line that is free. Claims more when woken, and otherwise every `poll_s`.

    A mail that a line has taken stays claimed until the line says that it is `done`, however long the server takes:
    `renew` sees to that. A mail that waits here for a line is not renewed, so that another sender can take it if all
    our lines are held up.
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
        """Start claiming: the lanes are taken over, so the database is known not to have come back older."""
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
        """Whether the ledger failed to answer since the last call."""
        found, self._found_away = self._found_away, False
        return found

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopped = True
        self._news.set()
        self._may_claim.set()

    def left(self) -> Sequence[MailClaim]:
        """After a stop: the mails that were claimed and that no line has taken."""
        return [held.claim for held in self._held]

    def at_once(self) -> HeldClaim | None:
        """The next mail to send, if one is claimed already."""
        if not self._held or self._stopped:
            return None
        held = self._held.popleft()
        self._taken[held.claim.id] = held
        return held

    def done(self, claim: MailClaim) -> None:
        """The line that took this has finished with it."""
        held = self._taken.get(claim.id)
        if held is not None and held.claim.token == claim.token:
            del self._taken[claim.id]

    async def renew(self) -> None:
        """Renew the claims of the mails that lines have taken. After StoreUnavailable they last as long as before."""
        taken = list(self._taken.values())
        if not taken:
            return
        # Read before the ledger reads its own clock, so that the claim runs out here first.
        now = self._clock.monotonic()
        renewed = await self._ledger.renew([held.claim for held in taken])
        for held in taken:
            if held.claim.id in renewed:
                held.until = now + self._claim_s

    async def next(self) -> HeldClaim | None:
        """The next mail to send, waiting for one; None after a stop."""
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
        # Before the ledger reads its own clock, as in `renew`.
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
        """Claim no more at a time than is sent well before it runs out: a mail not begun by then is claimed in vain."""
        if self._all_claimed or lasted_s > self._claim_s / 4:
            self._batch = self._batch_min
        elif lasted_s < self._claim_s / 16:
            self._batch = min(2 * self._batch, max(self._batch_min, CLAIMS_MAX))
