"""One kept connection and the mails that go over it, one at a time, and what becomes of each.

What certainly was not accepted goes back to the ledger. What may have been is UNCERTAIN and stays so (RFC 1047: the
gap between the last dot and its answer cannot be closed).
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from stream import crash
from stream.clock import Clock
from stream.errors import StoreUnavailable

from .claims import Claims, Held
from .ledger import Claim, Move, Status
from .mails import AddressUnusableError, MailUnreadableError, Postmark, message, read
from .moves import Moves
from .settings import SenderSettings
from .smtp_connection import SERVER_IS_CLOSING, SmtpConnection, SmtpLostError, SmtpRefusedError, Step

_PERMANENT = 500


@dataclass(frozen=True, slots=True)
class Desk:
    """What all lines of a sender share."""

    claims: Claims
    moves: Moves
    settings: SenderSettings
    clock: Clock
    stopping: asyncio.Event


class MailLine:
    """Runs until its desk stops, and finishes the mail it is at."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._settings = desk.settings
        self._domain = desk.settings.mail_from.partition("@")[2]
        self._connection: SmtpConnection | None = None
        self._failures = 0

    async def run(self) -> None:
        """One mail after the other."""
        while (held := await self._desk.claims.next()) is not None:
            self._desk.moves.end(await self._handle(held))
            if self._failures:
                await self._rest()
        self._hang_up()

    async def _handle(self, held: Held) -> Move:
        try:
            mail = read(held.claim.kind, held.claim.payload)
            rendered = message(mail.letter(), self._postmark(held.claim, mail.email))
        except (MailUnreadableError, AddressUnusableError) as error:
            return Move(held.claim, Status.FAILED, type(error).__name__)
        try:
            return await self._deliver(held, mail.email, rendered)
        except SmtpRefusedError as refusal:
            return await self._refused(held.claim, refusal)
        except SmtpLostError as loss:
            return self._lost(held.claim, loss)

    async def _deliver(self, held: Held, recipient: str, rendered: bytes) -> Move:
        connection = await self._connected()
        await connection.offer(self._settings.mail_from, recipient)
        if not await self._begin(held):
            await connection.reset()
            return Move(held.claim, Status.PLANNED, untouched=True)
        await connection.send(rendered)
        crash.point("data")
        self._failures = 0
        return Move(held.claim, Status.SENT)

    async def _begin(self, held: Held) -> bool:
        """Whether the body may be sent now; if not, it certainly was not, whatever the ledger noted."""
        try:
            ours = await self._desk.moves.begin(held.claim)
        except StoreUnavailable:
            return False
        crash.point("body_started")
        return ours and self._desk.clock.monotonic() < held.until

    async def _refused(self, claim: Claim, refusal: SmtpRefusedError) -> Move:
        if refusal.step is Step.CONNECT or refusal.code == SERVER_IS_CLOSING:
            return self._not_now(claim, refusal)
        await self._reset()
        if refusal.code >= _PERMANENT or claim.attempts >= self._settings.mail_attempts_max:
            return Move(claim, Status.FAILED, str(refusal))
        delay_s = self._settings.mail_retry_s * 2 ** (claim.attempts - 1)
        return Move(claim, Status.PLANNED, str(refusal), delay_s=min(delay_s, self._settings.mail_retry_s_max))

    def _lost(self, claim: Claim, loss: SmtpLostError) -> Move:
        if not loss.body_written:
            return self._not_now(claim, loss)
        self._drop()
        return Move(claim, Status.UNCERTAIN, str(loss))

    def _not_now(self, claim: Claim, error: Exception) -> Move:
        self._drop()
        return Move(claim, Status.PLANNED, str(error), delay_s=self._pause_s, untouched=True)

    async def _connected(self) -> SmtpConnection:
        if self._connection is not None and self._connection.mails >= self._settings.mails_per_connection_max:
            self._hang_up()
        if self._connection is None or self._connection.lost:
            settings = self._settings
            self._connection = await SmtpConnection.open(
                settings.smtp_host, settings.smtp_port, hello=self._domain, timeout_s=settings.smtp_timeout_s
            )
        return self._connection

    async def _reset(self) -> None:
        if self._connection is not None:
            try:
                await self._connection.reset()
            except (SmtpLostError, SmtpRefusedError):
                self._hang_up()

    def _drop(self) -> None:
        self._failures += 1
        if self._connection is not None:
            self._connection.abort()
            self._connection = None

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @property
    def _pause_s(self) -> float:
        pause_s = self._settings.reconnect_s * 2.0 ** min(self._failures - 1, 16)
        return min(pause_s, self._settings.reconnect_s_max)

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._desk.stopping.wait(), self._pause_s)

    def _postmark(self, claim: Claim, recipient: str) -> Postmark:
        return Postmark(self._settings.mail_from, recipient, self._desk.clock.now(), f"<{claim.id}@{self._domain}>")
