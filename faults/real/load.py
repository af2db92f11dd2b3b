"""What goes on while things break: a stream of generated registrations, each published until Kafka has it."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from math import inf
from random import Random

from aiokafka.errors import KafkaError

from benchmarks.publisher import Publisher
from benchmarks.registration import Registration
from faults.real.customers import Customers
from faults.real.mail_server import MailServer

_AGAIN_S = 0.2
_POLL_S = 0.02
_CORRECTED_EVERY = 5


class Load:
    """`issued` grows; whoever wants the registrations of one fault remembers where they began.

    Of those that come at a rate every fifth is corrected by its customer, while or after Keylane works on it.
    """

    def __init__(
        self,
        publisher: Publisher,
        registrations: Iterator[Registration],
        mails: MailServer,
        customers: Customers,
    ) -> None:
        self._publisher = publisher
        self._registrations = registrations
        self._mails = mails
        self._customers = customers
        mails.read = self._mailed
        self._under_way: set[asyncio.Task[None]] = set()
        self.issued: list[Registration] = []

    def issue(self) -> Registration:
        """A new registration, which somebody will publish."""
        one = next(self._registrations)
        self.issued.append(one)
        return one

    async def publish(self, one: Registration) -> None:
        """Returns when Kafka has acknowledged it, however often that took: a publisher is to be at-least-once."""
        while True:
            with suppress(KafkaError):
                await (await self._publisher.one(one))
                return
            await asyncio.sleep(_AGAIN_S)

    async def published(self) -> None:
        """Returns when everything issued so far is acknowledged."""
        await asyncio.gather(*self._under_way)

    async def mailed_s(self, several: Sequence[Registration], *, until_s: float) -> float:
        """The monotonic moment at which the last of their mails was accepted; infinity if some did not come in time."""
        wanted = {str(mail) for one in several for mail in one.mail_ids}
        while not wanted <= self._mails.arrived_s.keys():
            if time.monotonic() > until_s:
                return inf
            await asyncio.sleep(_POLL_S)
        return max(self._mails.arrived_s[mail] for mail in wanted)

    @asynccontextmanager
    async def flowing(self, rate_per_s: float, chance: Random) -> AsyncIterator[None]:
        """Registrations at this rate, each at its own moment, for the length of the block."""
        stream = asyncio.create_task(self._stream(rate_per_s, chance))
        try:
            yield
        finally:
            stream.cancel()
            with suppress(asyncio.CancelledError):
                await stream

    async def _stream(self, rate_per_s: float, chance: Random) -> None:
        while True:
            one = self.issue()
            if len(self.issued) % _CORRECTED_EVERY == 0:
                self._customers.will_answer(one)
            self.hand_over([one])
            await asyncio.sleep(chance.expovariate(rate_per_s))

    def _mailed(self, mail: bytes) -> None:
        self.hand_over(self._customers.answers(mail))

    @property
    def sent(self) -> Sequence[Registration]:
        """All that was or will be published: what was issued, and its corrections."""
        return (*self.issued, *self._customers.sent)

    def hand_over(self, registrations: Sequence[Registration]) -> None:
        """Publish these, and wait for nothing."""
        for one in registrations:
            task = asyncio.create_task(self.publish(one))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
