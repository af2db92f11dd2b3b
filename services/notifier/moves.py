"""Moves the ledger's rows for all lines together, in as few statements as is possible without making a line wait."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence

from services.notifier.fates import Fates
from services.notifier.ledger import Ledger, MailClaim, Move, Status, above_claims
from stream import crash
from stream.clock import Clock
from stream.errors import StoreUnavailable

GATHER_S = 0.002
"""How long a move waits for those of the mails that are being sent."""

_log = logging.getLogger(__name__)


class Moves:
    """`run` writes until `close`, and calls `away` when the ledger does not answer.

    Ends are kept until they are written: if one were lost, a sent mail would become UNCERTAIN.
    """

    def __init__(
        self, ledger: Ledger, clock: Clock, fates: Fates, away: Callable[[StoreUnavailable], None], *, retry_s: float
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._fates = fates
        self._away = away
        self._retry_s = retry_s
        self._begun: list[tuple[Move, asyncio.Future[bool]]] = []
        self._ended: list[Move] = []
        self._on_the_wire: set[MailClaim] = set()
        self._gathering: asyncio.TimerHandle | None = None
        self._news = asyncio.Event()
        self._closed = False

    async def begin(self, claim: MailClaim) -> bool:
        """Commit that the body is about to be sent; return whether the mail was still ours.

        Raises:
            StoreUnavailable: it may have been committed, or not.
        """
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._begun.append((Move(claim, Status.BODY_STARTED), answer))
        self._gather()
        return await answer

    @property
    def all_noted(self) -> bool:
        """Whether every known end is written, also in a database that came back older."""
        return not self._ended

    def end(self, move: Move) -> None:
        """Have this written soon."""
        self._ended.append(move)
        self._on_the_wire.discard(move.claim)
        self._gather()

    def close(self) -> None:
        """Nothing more will come."""
        self._closed = True
        self._news.set()

    def _gather(self) -> None:
        """A line ends one mail and begins the next at once: if none is being sent, there is nothing to wait for."""
        if not self._on_the_wire:
            self._news.set()
        elif self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_later(GATHER_S, self._news.set)

    async def run(self) -> None:
        """Write until closed, and then what is left."""
        while self._begun or self._ended or not self._closed:
            await self._news.wait()
            self._news.clear()
            if self._gathering is not None:
                self._gathering.cancel()
                self._gathering = None
            begun, self._begun = self._begun, []
            if begun or self._ended:
                await self._write(begun, tuple(self._ended))

    async def _write(self, begun: Sequence[tuple[Move, asyncio.Future[bool]]], ended: Sequence[Move]) -> None:
        try:
            moved = await self._ledger.move(above_claims([*(move for move, _ in begun), *ended]))
        except StoreUnavailable as error:
            self._away(error)
            for _, answer in begun:
                answer.set_exception(error)
            await self._clock.sleep(self._retry_s)
            self._news.set()
            return
        del self._ended[: len(ended)]
        if ended:
            crash.point("sent")
        for move, answer in begun:
            ours = move.claim in moved
            if ours:
                self._on_the_wire.add(move.claim)
            answer.set_result(ours)
        for move in ended:
            if move.claim in moved:
                self._fates.noted(move)
            _report(move, moved)


def _report(move: Move, moved: Collection[MailClaim]) -> None:
    if move.claim in moved:
        if move.to in (Status.FAILED, Status.UNCERTAIN):
            _log.warning("mail %s is %s (%s)", move.claim.id, move.to, move.reply)
    elif move.to is Status.SENT:
        _log.warning(
            "mail %s was accepted, and the ledger does not note it: it may go out, or has gone, twice", move.claim.id
        )
    elif move.to is not Status.PLANNED:
        # No warning for PLANNED: the mail is PLANNED by then, or claimed by another sender.
        _log.warning("mail %s was taken over before it was %s", move.claim.id, move.to)
