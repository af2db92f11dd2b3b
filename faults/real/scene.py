"""What a fault acts on: the running sandbox, what stands between its parts, and chance."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import asyncpg

from faults.real.in_thread import in_thread
from faults.real.load import Load
from faults.real.mail_server import MailServer
from faults.real.proxy import Proxy
from sandbox.extra_worker import Process, worker
from sandbox.running import RunningSandbox

RESTART_S_MAX = 120.0


@dataclass
class Scene:
    """One sandbox with its load. `environment` has further settings of every extra worker, by name.

    `session_s`: after so long without a sign a worker loses its lanes.
    """

    sandbox: RunningSandbox
    load: Load
    mails: MailServer
    proxies: Mapping[str, Proxy]
    environment: Mapping[str, object]
    session_s: float
    chance: Random
    _after: set[asyncio.Task[Any]] = field(default_factory=set)
    _left: ExitStack = field(default_factory=ExitStack)

    async def restarted(self, name: str, old_pid: int) -> int:
        """Returns, with the new process id, when a process that ended runs again."""
        return await asyncio.to_thread(self.sandbox.wait_restarted, name, old_pid, deadline_s=RESTART_S_MAX)

    def meanwhile(self, what: Awaitable[object]) -> None:
        """Do this beside what comes next; the fault is over when it is done."""
        self._after.add(asyncio.ensure_future(what))

    def joined(self, service: str, module: str = "services.{service}", /, **settings: object) -> Process:
        """One more worker of this service, ended with the fault."""
        usual = {"session_timeout_ms": int(self.session_s * 1000), "smtp_port": self.proxies["smtp"].port}
        told = {**usual, **self.environment, **settings}
        return self._left.enter_context(worker(self.sandbox, service, module, **told))

    @asynccontextmanager
    async def away(self, name: str) -> AsyncIterator[None]:
        """The process is asked to leave, and kept down for the length of the block."""
        async with in_thread(self.sandbox.away(name, signal.SIGTERM)):
            yield

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Any]:
        """A connection with the administrator's rights, by no detour."""
        connection = await asyncpg.connect(self.sandbox.endpoints().postgres.url)
        try:
            yield connection
        finally:
            await connection.close()

    async def cleared(self) -> None:
        """Returns when what a fault began beside itself is done, and its extra workers have left."""
        after, self._after = self._after, set()
        await asyncio.gather(*after, return_exceptions=True)
        left, self._left = self._left, ExitStack()
        await asyncio.to_thread(left.close)
