"""The script that gives the services' roles a login leaves those alone that have one."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql
from real import migrated

from sandbox.postgres_home import find_home
from sandbox.running import RunningSandbox

SCRIPT = Path(__file__).parents[2] / "deployment/postgres/roles.sh"
LOGINS = "select rolname, rolcanlogin, rolpassword from pg_authid where rolname in ('intake', 'monitor') order by 1"
GIVEN = "it's new"
SET = sql.SQL("alter role {} login password {}")


@pytest.fixture
def connection(sandbox: RunningSandbox) -> Iterator[psycopg.Connection]:
    """The administrator's; logins are put back as they were."""
    url = migrated(sandbox.endpoints().postgres.url)
    with psycopg.connect(url, autocommit=True) as opened:
        before = opened.execute(LOGINS).fetchall()
        yield opened
        for role, _, kept in before:
            opened.execute(SET.format(sql.Identifier(role), sql.Literal(kept)))


def run(sandbox: RunningSandbox) -> None:
    parts = urlsplit(sandbox.endpoints().postgres.url)
    programs = Path(find_home(sandbox.state).program("psql")).parent
    environment = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port),
        "PGPASSWORD": parts.password or "",
        "POSTGRES_USER": parts.username or "",
        "POSTGRES_DB": parts.path.removeprefix("/"),
        "KOPPELING_LOCAL_PASSWORD": GIVEN,
    }
    subprocess.run(["/bin/sh", SCRIPT], env=environment, check=True, timeout=60)


def test_who_can_log_in_keeps_its_password_and_who_cannot_gets_one(
    sandbox: RunningSandbox, connection: psycopg.Connection
) -> None:
    intake, _ = connection.execute(LOGINS).fetchall()
    connection.execute("alter role monitor nologin password null")
    run(sandbox)
    still, monitor = connection.execute(LOGINS).fetchall()
    assert still == intake
    assert monitor[1]
    parts = urlsplit(sandbox.endpoints().postgres.url)
    with psycopg.connect(
        host=parts.hostname, port=parts.port, dbname=parts.path[1:], user="monitor", password=GIVEN
    ) as looking:
        assert looking.execute("select current_user").fetchone() == ("monitor",)
