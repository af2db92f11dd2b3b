"""Sends the mails of the ledger, beside the worker and in its process: none is accepted twice, or lost unseen."""

import asyncio
import logging
from contextlib import suppress

from payroll.correction_code import CorrectionCodes
from services.notifier.fates import Fates
from services.notifier.ledger import Ledger, Move, Status
from services.notifier.mail_claims import MailClaims
from services.notifier.mail_line import Desk, MailLine
from services.notifier.mail_outage import MailOutage
from services.notifier.mail_server import Connect
from services.notifier.moves import Moves
from services.notifier.settings import SenderSettings
from stream.beside import Beside
from stream.clock import Clock
from stream.errors import StoreUnavailable

STOP_S = 4.5

_log = logging.getLogger(__name__)


class Sender(Beside):
    """Several kept connections to one mail server. `run` once, `stop` once."""

    def __init__(
        self, ledger: Ledger, settings: SenderSettings, *, codes: CorrectionCodes, clock: Clock, connect: Connect
    ) -> None:
        self._ledger = ledger
        self._settings = settings
        self._stopping = asyncio.Event()
        self._claims = MailClaims(
            ledger, clock, batch=2 * settings.smtp_connections, poll_s=settings.mail_poll_s, claim_s=settings.claim_s
        )
        self.fates = Fates()
        self._moves = Moves(ledger, clock, self.fates, self._claims.away, retry_s=settings.mail_poll_s)
        self._desk = Desk(self._claims, self._moves, connect, settings, codes, clock, self._stopping, MailOutage(clock))
        self._tasks: list[asyncio.Task[None]] = []

    def wake(self) -> None:
        """Mails may have been planned."""
        self._claims.wake()

    def go_on(self) -> None:
        """Take mails from now on, unless the ledger may still plan one that is known to be sent."""
        if self._moves.all_noted:
            self._claims.go_on()

    def hold(self) -> None:
        """Take no mails until told to go on again."""
        self._claims.hold()

    def found_away(self) -> bool:
        """Whether the ledger failed to answer since the last call; if so, no mail is taken meanwhile."""
        return self._claims.found_away()

    async def run(self) -> None:
        """Send until stopped. Raises unexpected errors as they are; `stop` then ends the parts that still run."""
        self._tasks = [asyncio.create_task(part) for part in (self._send(), self._moves.run(), self._sweep())]
        await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Finish the mails under way and begin no others; after 4.5 s they are left to another sender's sweep."""
        self._claims.stop()
        self._stopping.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_S)
        for task in self._tasks:
            task.cancel()

    async def _send(self) -> None:
        await asyncio.gather(*(MailLine(self._desk).run() for _ in range(self._settings.smtp_connections)))
        for claim in self._claims.left():
            self._moves.end(Move(claim, Status.PLANNED, untouched=True))
        self._moves.close()

    async def _sweep(self) -> None:
        settings = self._settings
        while not self._stopping.is_set():
            try:
                await self._claims.renew()
                swept = await self._ledger.sweep(claimed_s=settings.claim_s, body_started_s=settings.verdict_s)
            except StoreUnavailable as error:
                self._claims.away(error)
            else:
                self.fates.left_behind(swept.uncertain)
                if swept.returned or swept.uncertain:
                    _log.warning("left behind: %s back to PLANNED, %s UNCERTAIN", swept.returned, swept.uncertain)
            with suppress(TimeoutError):
                async with asyncio.timeout(settings.claim_s / 4):
                    await self._stopping.wait()
