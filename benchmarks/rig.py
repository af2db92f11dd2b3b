"""What every measurement works with: a sandbox, a way in, and a look at what comes out."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice

from benchmarks.arrivals import Arrivals
from benchmarks.batch_producer import batch_producer
from benchmarks.errors import BenchmarkError
from benchmarks.publisher import Publisher
from benchmarks.registration import Registration, registrations
from ops.servers.administrator import Database, connected
from ops.servers.destination import published_keys
from sandbox.running import RunningSandbox
from sandbox.waiting import until
from schemas.flow import MONEY_PATH

_SETTLED_S_MAX = 30.0


@dataclass
class Rig:
    """`issued` holds every registration so far, in the order in which they were made."""

    sandbox: RunningSandbox
    database: Database
    publisher: Publisher
    arrivals: Arrivals
    registrations: Iterator[Registration]
    issued: list[Registration] = field(default_factory=list)

    def issue(self, count: int) -> Sequence[Registration]:
        """So many new registrations."""
        made = list(islice(self.registrations, count))
        self.issued += made
        return made

    async def until_done(self) -> None:
        """Returns when all that was issued has been mailed, and the ledger knows; raises BenchmarkError."""
        mails = sum(one.mails for one in self.issued)
        await self.arrivals.until(mails)

        async def noted() -> bool:
            return bool(await self.database.fetchval(_SENT) >= mails)

        try:
            await until(noted, deadline_s=_SETTLED_S_MAX, missing="the ledger knows fewer mails than there are")
        except TimeoutError as error:
            raise BenchmarkError(str(error)) from None

    async def events(self) -> dict[str, int]:
        """How many events every service has handled, by its name."""
        return {party.name: await self.database.fetchval(_HANDLED.format(schema=party.name)) for party in MONEY_PATH}


@asynccontextmanager
async def rigged(sandbox: RunningSandbox) -> AsyncIterator[Rig]:
    """A rig on this sandbox."""
    endpoints = sandbox.endpoints()
    keys = published_keys(endpoints.keylane.jwks)
    producer = batch_producer(endpoints.kafka.bootstrap_servers)
    async with connected(endpoints.postgres.url) as database, producer:
        yield Rig(sandbox, database, Publisher(producer), Arrivals(endpoints.mailbox), registrations(keys))


_SENT = "select count(*) from notifier.effect where status = 'SENT'"
_HANDLED = "select count(*) from {schema}.journal"
