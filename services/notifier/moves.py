"""The ledger's rows moved on for all connections together: who waits while one statement runs joins the next."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from uuid import UUID

from stream import crash
from stream.clock import Clock
from stream.errors import StoreUnavailable

from .ledger import Claim, Ledger, Move, Status

_log = logging.getLogger(__name__)


class Moves:
    """`run` writes until closed. Ends are kept until they are written: one lost would make a sent mail UNCERTAIN."""

    def __init__(self, ledger: Ledger, clock: Clock, *, retry_s: float) -> None:
        self._ledger = ledger
        self._clock = clock
        self._retry_s = retry_s
        self._begun: list[tuple[Move, asyncio.Future[bool]]] = []
        self._ended: list[Move] = []
        self._news = asyncio.Event()
        self._closed = False

    async def begin(self, claim: Claim) -> bool:
        """Commit that the body is about to be sent; whether the mail still was ours.

        Raises:
            StoreUnavailable: it may have been committed, or not.
        """
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._begun.append((Move(claim, Status.BODY_STARTED), answer))
        self._news.set()
        return await answer

    def end(self, move: Move) -> None:
        """Write this soon."""
        self._ended.append(move)
        self._news.set()

    def close(self) -> None:
        """Nothing more will come."""
        self._closed = True
        self._news.set()

    async def run(self) -> None:
        """Write until closed, and then what is left."""
        while self._begun or self._ended or not self._closed:
            await self._news.wait()
            self._news.clear()
            begun, self._begun = self._begun, []
            ended, self._ended = self._ended, []
            if begun or ended:
                await self._write(begun, ended)

    async def _write(self, begun: Sequence[tuple[Move, asyncio.Future[bool]]], ended: Sequence[Move]) -> None:
        try:
            moved = await self._ledger.move([*(move for move, _ in begun), *ended])
        except StoreUnavailable as error:
            _log.warning("the mail ledger does not answer (%s)", error)
            self._ended[:0] = ended
            for _, answer in begun:
                answer.set_exception(error)
            await self._clock.sleep(self._retry_s)
            self._news.set()
            return
        if ended:
            crash.point("sent")
        for move, answer in begun:
            answer.set_result(move.claim.id in moved)
        for move in ended:
            _report(move, moved)


def _report(move: Move, moved: Collection[UUID]) -> None:
    if move.claim.id not in moved:
        _log.warning("mail %s was taken over before it was %s", move.claim.id, move.to)
    elif move.to in (Status.FAILED, Status.UNCERTAIN):
        _log.warning("mail %s is %s (%s)", move.claim.id, move.to, move.reply)
