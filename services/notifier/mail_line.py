"""One kept connection and the mails that go over it, one at a time, and what becomes of each.

A mail that was certainly not accepted goes back to the ledger. One that may have been is UNCERTAIN and stays so
(RFC 1047: the gap between the last dot and its answer cannot be closed).
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass

from payroll.correction_code import CorrectionCodes
from services.notifier.ledger import MailClaim, Move, Status
from services.notifier.mail_claims import HeldClaim, MailClaims
from services.notifier.mail_outage import MailOutage
from services.notifier.mail_server import (
    LOGIN_IS_WANTED,
    SERVER_IS_CLOSING,
    Connect,
    Connection,
    SmtpCommand,
    SmtpLostError,
    SmtpRefusedError,
)
from services.notifier.mails.kinds import MailUnreadableError, read
from services.notifier.mails.message import AddressUnusableError, Postmark, message
from services.notifier.moves import Moves
from services.notifier.settings import SenderSettings
from stream import crash
from stream.clock import Clock
from stream.errors import StoreUnavailable
from stream.message_mark import trace_of

_PERMANENT = 500
_ABOUT_US = (SmtpCommand.CONNECT, SmtpCommand.LOGIN, SmtpCommand.RSET, SmtpCommand.MAIL)
"""At these commands a server refuses us, not the mail."""
_BEFORE_THE_MAIL = (SmtpCommand.RSET, SmtpCommand.MAIL)
_AT_ANY_COMMAND = (SERVER_IS_CLOSING, LOGIN_IS_WANTED)
_POLICY = "5.7."
"""Security or policy (RFC 3463). Before the body it is most often about us, and passes once the relay is mended."""

_BREAKS_OFF = 3
"""At fewer mails in a row than this, times the lines, a server may have broken off just because of a few recipients."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What all lines of a sender share."""

    claims: MailClaims
    moves: Moves
    connect: Connect
    settings: SenderSettings
    codes: CorrectionCodes
    clock: Clock
    stopping: asyncio.Event
    outage: MailOutage


@dataclass(frozen=True, slots=True)
class WrittenMail:
    """A claim's mail as it goes out."""

    held: HeldClaim
    recipient: str
    message: bytes


class MailLine:
    """Sends mails until the desk stops, and then finishes those it is at."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._settings = desk.settings
        self._connection: Connection | None = None
        self._following: WrittenMail | None = None
        self._failures = 0

    async def run(self) -> None:
        """One mail after the other."""
        while (mail := await self._next()) is not None:
            self._end(await self._handle(mail))
            if self._failures:
                await self._rest()
        self._hang_up()

    def _end(self, move: Move) -> None:
        self._desk.claims.done(move.claim)
        self._desk.moves.end(move)

    async def _next(self) -> WrittenMail | None:
        mail, self._following = self._following, None
        while mail is None and (held := await self._desk.claims.next()) is not None:
            mail = self._written(held)
        return mail

    def _follow(self, connection: Connection) -> str | None:
        """Take the next mail, if there is one, and return its recipient: it can be offered behind this one's body."""
        if connection.mails + 1 >= self._settings.mails_per_connection_max:
            return None
        while self._following is None and (held := self._desk.claims.at_once()) is not None:
            self._following = self._written(held)
        return self._following.recipient if self._following else None

    def _written(self, held: HeldClaim) -> WrittenMail | None:
        """The mail as it goes out; None if it cannot be sent, which is noted in the ledger."""
        if not self._in_time(held):
            self._end(Move(held.claim, Status.PLANNED, untouched=True))
            return None
        try:
            mail = read(held.claim.kind, held.claim.payload)
            letter = mail.letter(self._desk.codes)
            return WrittenMail(held, mail.email, message(letter, self._postmark(held.claim, mail.email)))
        except MailUnreadableError as error:
            # A release that knows this mail may run beside, or come back.
            self._end(self._later(held.claim, type(error).__name__))
            return None
        except Exception as error:  # noqa: BLE001 -- one mail that cannot be written holds up no other
            if not isinstance(error, AddressUnusableError):
                _log.error("mail %s cannot be written: %s\n%s", held.claim.id, type(error).__name__, trace_of(error))
            self._end(Move(held.claim, Status.FAILED, type(error).__name__))
            return None

    async def _handle(self, mail: WrittenMail) -> Move:
        try:
            return await self._deliver(mail)
        except SmtpRefusedError as refusal:
            return self._refused(mail.held.claim, refusal)
        except SmtpLostError as loss:
            return self._lost(mail.held.claim, loss)

    async def _deliver(self, mail: WrittenMail) -> Move:
        connection = await self._connected()
        if not self._in_time(mail.held):
            # The server took long to greet; whoever claims the mail next finds the connection made.
            return Move(mail.held.claim, Status.PLANNED, untouched=True)
        connection = await self._offered(connection, mail.recipient)
        ahead = self._follow(connection)
        if not await self._begin(mail.held):
            # The server waits for a message, and only a broken connection tells it that there is none.
            connection.abort()
            return Move(mail.held.claim, Status.PLANNED, untouched=True)
        await connection.send(mail.message, ahead=ahead)
        crash.point("data")
        self._failures = 0
        self._desk.outage.clear()
        return Move(mail.held.claim, Status.SENT)

    async def _offered(self, connection: Connection, recipient: str) -> Connection:
        """Offer the mail; return the connection over which the server now waits for it.

        A server may close after each message, or after so many, without being out of order. So the next connection is
        made at once, and only if that fails too is it an outage. Nothing of this mail had been sent.
        """
        try:
            await connection.offer(recipient)
        except (SmtpLostError, SmtpRefusedError) as error:
            has_closed = isinstance(error, SmtpLostError) or error.code == SERVER_IS_CLOSING
            if not (connection.mails and has_closed and error.command in _BEFORE_THE_MAIL):
                raise
            self._drop()
            connection = await self._connected()
            await connection.offer(recipient)
        return connection

    async def _begin(self, held: HeldClaim) -> bool:
        """Whether the body may be sent now; if not, it certainly was not, whatever the ledger noted."""
        try:
            ours = await self._desk.moves.begin(held.claim)
        except StoreUnavailable:
            return False
        crash.point("body_started")
        return ours and self._in_time(held)

    def _in_time(self, held: HeldClaim) -> bool:
        return self._desk.clock.monotonic() < held.until

    def _refused(self, claim: MailClaim, refusal: SmtpRefusedError) -> Move:
        if refusal.command in _ABOUT_US or refusal.code in _AT_ANY_COMMAND:
            about_login = refusal.command is SmtpCommand.LOGIN or refusal.code == LOGIN_IS_WANTED
            what = "wants another login than ours" if about_login else "takes no mail of ours"
            return self._broken_off(claim, refusal, f"the mail server {what} ({refusal})")
        may_be_about_us = refusal.status.startswith(_POLICY) and refusal.command is not SmtpCommand.BODY
        if refusal.code >= _PERMANENT and not may_be_about_us:
            return Move(claim, Status.FAILED, str(refusal))
        return self._later(claim, str(refusal))

    def _later(self, claim: MailClaim, why: str) -> Move:
        """Try it again, each time after a longer delay, and up to a number of attempts."""
        if claim.attempts >= self._settings.mail_attempts_max:
            return Move(claim, Status.FAILED, why)
        delay_s = self._settings.mail_retry_s * 2.0 ** min(claim.attempts - 1, 64)
        return Move(claim, Status.PLANNED, why, delay_s=min(delay_s, self._settings.mail_retry_s_max))

    def _lost(self, claim: MailClaim, loss: SmtpLostError) -> Move:
        if not loss.body_written:
            away = f"no connection to the mail server ({loss.why})"
            silent = f"the mail server does not answer any more ({loss})"
            return self._broken_off(claim, loss, away if loss.command is SmtpCommand.CONNECT else silent)
        self._failures += 1
        return Move(claim, Status.UNCERTAIN, str(loss))

    def _broken_off(self, claim: MailClaim, error: SmtpRefusedError | SmtpLostError, what: str) -> Move:
        """The mail was certainly not accepted, and the connection is gone.

        If the server had answered MAIL, it is not known whether it means us or this mail. That counts as an attempt of
        the mail, whose delays make way for the others, and the line goes on at once: otherwise a few recipients at
        which a server always breaks off would hold up everybody's mail for ever. If the server means all of us, each
        mail loses one of many attempts, as with 450; and if it takes no mail in between, the lines rest as well.
        """
        self._drop()
        if error.command not in _ABOUT_US:
            often = _BREAKS_OFF * self._settings.smtp_connections
            self._failures = self._failures + 1 if self._desk.outage.breaks_off(what, often=often) else 0
            return self._later(claim, str(error))
        self._desk.outage.report(what)
        self._failures += 1
        return Move(claim, Status.PLANNED, str(error), delay_s=self._pause_s, untouched=True)

    async def _connected(self) -> Connection:
        if self._connection is not None and self._connection.mails >= self._settings.mails_per_connection_max:
            self._hang_up()
        if self._connection is None or self._connection.lost:
            self._connection = None
            self._connection = await self._desk.connect()
        return self._connection

    def _drop(self) -> None:
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

    def _postmark(self, claim: MailClaim, recipient: str) -> Postmark:
        message_id = f"<{claim.id}@{self._settings.mail_domain}>"
        settings = self._settings
        return Postmark(settings.mail_from, settings.mail_reply_to, recipient, self._desk.clock.now(), message_id)
