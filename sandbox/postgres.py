"""Real Postgres without containers: the server's programs from a wheel, as a child process."""

import asyncio
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT, SIGQUIT

import asyncpg

from sandbox.ports import LOOPBACK
from sandbox.postgres_home import PostgresHome
from sandbox.process_spec import OneShot, ProcessSpec
from sandbox.secret_store import password

ADMINISTRATOR = "administrator"
DATABASE = "koppeling"
CONNECT_S_MAX = 2.0

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": 100,
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "max_parallel_workers_per_gather": 0,
    "autovacuum_naptime": "15s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u ",
    # A statement, its parameters and the detail of an error hold values: none gets into the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": 0,
    "log_parameter_max_length_on_error": 0,
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """One server with one administrator and a role for each service; data outlives the process."""

    home: PostgresHome
    port: int
    secrets: Path
    log: Path

    def url(self, role: str = ADMINISTRATOR, database: str = DATABASE, *, port: int | None = None) -> str:
        """The connection URL of a role, its generated password included; `port`: that of a detour, to take it."""
        return f"postgresql://{role}:{self._password(role)}@{LOOPBACK}:{port or self.port}/{database}"

    @property
    def is_new(self) -> bool:
        """Whether there is no data directory yet."""
        return not self.home.data.exists()

    def initialise_step(self) -> OneShot:
        """The step that makes a data directory; `keep_initialised` gives it its name."""
        shutil.rmtree(self.home.partial_data, ignore_errors=True)
        secret = self.home.hand_over("initdb.password", self._password(ADMINISTRATOR))
        initdb = (
            self.home.program("initdb"),
            f"--pgdata={self.home.partial_data}",
            f"--username={ADMINISTRATOR}",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        )
        return OneShot("initdb", initdb, log=self.log, user=self.home.user)

    def keep_initialised(self) -> None:
        """A data directory has its name only when it is whole."""
        self.home.partial_data.rename(self.home.data)

    def forget_dead_server(self) -> None:
        """Removes the lock of a server that is gone: its process id may be somebody else's by now."""
        lock = self.home.data / "postmaster.pid"
        if not sys.platform.startswith("linux") or not lock.exists():
            return
        command = Path("/proc", lock.read_text("ascii").split()[0], "cmdline")
        if not command.exists() or str(self.home.data) not in command.read_text("utf-8"):
            lock.unlink()

    def spec(self) -> ProcessSpec:
        """The server's process; the leash's SIGQUIT makes it take its own children along."""
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        return ProcessSpec(
            name="postgres",
            argv=(
                self.home.program("postgres"),
                "-D",
                str(self.home.data),
                f"--port={self.port}",
                *settings,
            ),
            ready=self.answers,
            log=self.log,
            user=self.home.user,
            stop_signal=SIGINT,
            death_signal=SIGQUIT,
        )

    async def answers(self) -> bool:
        """Whether the administrator can log in."""
        try:
            connection = await self._connect()
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError):
            return False
        await connection.close()
        return True

    async def ensure_database(self, roles: Iterable[str]) -> None:
        """The database and a login for each role exist, with the passwords kept here."""
        connection = await self._connect()
        try:
            if not await connection.fetchval("select true from pg_database where datname = $1", DATABASE):
                await connection.execute(f"create database {DATABASE}")
            for role in roles:
                await self._ensure_role(connection, role)
        finally:
            await connection.close()

    async def _ensure_role(self, connection: asyncpg.Connection, role: str) -> None:
        exists = await connection.fetchval("select true from pg_roles where rolname = $1", role)
        statement = await connection.fetchval(
            "select format($1 || ' role %I login password %L', $2::text, $3::text)",
            "alter" if exists else "create",
            role,
            self._password(role),
        )
        await connection.execute(statement)

    async def _connect(self) -> asyncpg.Connection:
        url = self.url(database="postgres")
        return await asyncio.wait_for(asyncpg.connect(url, ssl=False), CONNECT_S_MAX)

    def _password(self, role: str) -> str:
        return password(self.secrets, f"postgres-{role}")
