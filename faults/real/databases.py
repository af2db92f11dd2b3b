"""Postgres dies, ends its sessions, refuses to write or to let anybody in, and lets everybody wait for a lock."""

import asyncio
import signal
from contextlib import suppress
from functools import partial
from typing import Any

import asyncpg

from faults.real.scene import RESTART_S_MAX, Scene
from sandbox.waiting import until
from schemas.flow import SERVICE_NAMES

_OUTAGE_S = 3.0


async def killed(scene: Scene) -> None:
    """SIGKILL for the postmaster: all sessions end; the outage is over when the log is replayed and it answers."""
    old = scene.sandbox.send("postgres", signal.SIGKILL)
    await scene.restarted("postgres", old)
    await until(partial(answers, scene), deadline_s=RESTART_S_MAX, missing="Postgres does not answer")


async def sessions_ended(scene: Scene) -> None:
    """`pg_terminate_backend` for every session of every service, those in a transaction first."""
    async with scene.database() as database:
        for _ in range(3):
            await database.execute(_END_SESSIONS, list(SERVICE_NAMES))
            await asyncio.sleep(scene.chance.uniform(0, 0.2))


async def read_only(scene: Scene) -> None:
    """As after a failover to a standby that was not promoted."""
    async with scene.database() as database:
        await _default(database, "on")
        await asyncio.sleep(_OUTAGE_S)
        await _default(database, "off")


async def full_of_connections(scene: Scene) -> None:
    """Every session ends, and none may begin."""
    async with scene.database() as database:
        for service in SERVICE_NAMES:
            await database.execute(f"alter role {service} connection limit 0")
        await database.execute(_END_SESSIONS, list(SERVICE_NAMES))
        await asyncio.sleep(_OUTAGE_S)
        for service in SERVICE_NAMES:
            await database.execute(f"alter role {service} connection limit -1")


async def locked(scene: Scene) -> None:
    """Somebody locks a service's tables, as a careless migration would, and tries again after a deadlock."""
    service = scene.chance.choice(SERVICE_NAMES)
    async with scene.database() as database:
        while True:
            with suppress(asyncpg.DeadlockDetectedError):
                async with database.transaction():
                    await database.execute(f"lock table {service}.lane, {service}.journal in access exclusive mode")
                    await asyncio.sleep(_OUTAGE_S)
                return


async def answers(scene: Scene) -> bool:
    """Whether the administrator can log in."""
    try:
        async with scene.database():
            return True
    except (OSError, asyncpg.PostgresError):
        return False


async def _default(database: Any, setting: str) -> None:
    await database.execute("set default_transaction_read_only = off")
    await database.execute(f"alter system set default_transaction_read_only = {setting}")
    await database.execute("select pg_reload_conf()")


_END_SESSIONS = """
select pg_terminate_backend(pid) from pg_stat_activity where usename = any($1::text[]) order by xact_start nulls last
"""
