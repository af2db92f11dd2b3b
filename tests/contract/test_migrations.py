"""A migration that was ended midway, at any place, is only begun again."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from sandbox.running import RunningSandbox
from services.migrate import ONE_AT_A_TIME, migrate

pytestmark = pytest.mark.sandbox


@pytest.fixture
def url(sandbox: RunningSandbox) -> str:
    found = sandbox.endpoints().postgres.url
    migrate(found)
    return found


def test_a_migration_that_was_ended_midway_leaves_no_lock_for_the_next(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("insert into intake.yoyo_lock (locked, ctime, pid) values (1, now(), 999999)")
    migrate(url)


def test_of_two_migrations_at_a_time_one_waits_for_the_other(url: str) -> None:
    with ThreadPoolExecutor(1) as beside, psycopg.connect(url, autocommit=True) as first:
        first.execute("select pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        second = beside.submit(migrate, url)
        waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        while first.execute(waiting).fetchone() == (0,):
            assert not second.done()
        first.execute("select pg_advisory_unlock_all()")
        second.result(timeout=30)


def test_a_service_may_change_no_migration_and_make_no_table(url: str) -> None:
    with psycopg.connect(url) as connection:
        kept = "select tablename from pg_tables where schemaname = 'intake' and tablename like '%yoyo%'"
        for (table,) in connection.execute(kept).fetchall():
            allowed = "select has_table_privilege('intake', %s, 'select, insert, update, delete, truncate')"
            assert connection.execute(allowed, [f"intake.{table}"]).fetchone() == (False,)
        makes = "select has_database_privilege('intake', current_database(), 'temporary, create')"
        assert connection.execute(makes).fetchone() == (False,)
        assert connection.execute("select has_table_privilege('intake', 'intake.journal', 'insert')").fetchone() == (
            True,
        )
