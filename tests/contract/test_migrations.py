"""A migration that was ended midway, at any place, is only begun again."""

import getpass
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from yoyo.backends.base import DatabaseBackend

from sandbox.running import RunningSandbox
from services.migrate import ONE_AT_A_TIME, main, migrate
from stream.environment import ADMIN_VARIABLE


@pytest.fixture
def url(sandbox: RunningSandbox) -> str:
    found = sandbox.endpoints().postgres.url
    migrate(found)
    return found


@pytest.fixture
def new_url(url: str) -> Iterator[str]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create database made_anew")
        yield without(url, database="made_anew")
        connection.execute("drop database made_anew with (force)")


def test_a_migration_that_was_ended_midway_leaves_no_lock_for_the_next(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("insert into intake.yoyo_lock (locked, ctime, pid) values (1, now(), 999999)")
    migrate(url)


def test_a_migration_that_was_ended_before_it_was_noted_is_done_anew(
    new_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as ended:
        ended.setattr(DatabaseBackend, "mark_one", _raise(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            migrate(new_url)
    assert "intake: 0001.runtime" in migrate(new_url)


def test_a_user_without_a_name_can_migrate(new_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", _raise(KeyError))
    assert "intake: 0001.runtime" in migrate(new_url)


def _raise(kind: type[BaseException]) -> Callable[..., None]:
    def raising(*_: object, **__: object) -> None:
        raise kind

    return raising


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


LITTLE = "create role little login createdb password 'hush'"


def without(url: str, *, user: str | None = None, database: str | None = None) -> str:
    """The same with another user, whose password is `hush`, or another database."""
    parts = urlsplit(url)
    where = parts.netloc if user is None else f"{user}:hush@{parts.hostname}:{parts.port}"
    return urlunsplit((parts.scheme, where, f"/{database}" if database else parts.path, "", ""))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"user": "administrator"}, "cannot be used: the user or its password is wrong"),
        ({"database": "nowhere"}, "cannot be used: there is no such database"),
        ({"user": "little"}, "too little (InsufficientPrivilege)"),
    ],
    ids=["password", "database", "createrole"],
)
def test_what_hinders_a_migration_is_one_line_without_the_password(
    url: str, other: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ADMIN_VARIABLE, without(url, **other))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(LITTLE)
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:
            connection.execute("drop role little")
    assert said in str(ended.value)
    assert f"Postgres at 127.0.0.1:{urlsplit(url).port} " in str(ended.value)
    assert "hush" not in str(ended.value)


def test_what_a_migration_did_is_said_and_that_there_was_nothing_to_do(
    new_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(ADMIN_VARIABLE, new_url)
    main()
    done = capsys.readouterr().out.splitlines()
    main()
    assert any(line.startswith("intake: 0001") for line in done), done
    assert any(line.startswith("operations: 0001") for line in done), done
    assert capsys.readouterr().out == "everything is up to date\n"
