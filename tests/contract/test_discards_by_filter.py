"""What is discarded by what it has in common is what the plan showed, and no more."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner, Result
from real import emptied_sync

from ops.cli import main
from sandbox.running import RunningSandbox

REASON = "TOO_LARGE"
PARKED = """
insert into intake.redelivery
  (id, lane, key, kind, attempt, blocks, topic, partition, log_offset, headers, hash, reason, first_at)
values (%s, 0, '', 'parked', 1, false, 'form-received', 0, 0, '', '', %s, now())
"""
WHY = ("--apply", "--reason", "the publisher's test")


@pytest.fixture
def database(sandbox: RunningSandbox) -> Iterator[psycopg.Connection[Any]]:
    with emptied_sync(sandbox, "intake") as connection:
        for _ in range(3):
            connection.execute(PARKED, [uuid4(), REASON])
        yield connection


def discard(sandbox: RunningSandbox, *words: str) -> Result:
    return CliRunner().invoke(main, ["parked", "discard", *words, "--state", str(sandbox.state.path)])


def left(database: psycopg.Connection[Any]) -> int:
    (found,) = database.execute("select count(*) from intake.redelivery").fetchall()
    return int(found[0])


def test_what_fits_is_discarded_when_its_number_is_confirmed(
    sandbox: RunningSandbox, database: psycopg.Connection[Any]
) -> None:
    plan = discard(sandbox, "--because", REASON)
    assert (plan.exit_code, plan.stdout.startswith("3 parked records would end here"), left(database)) == (0, True, 3)
    assert plan.stdout.endswith("do it with --confirm 3 --apply --reason TEXT\n")
    unsaid = discard(sandbox, "--because", REASON, *WHY)
    assert (unsaid.exit_code, "that was not confirmed" in unsaid.stderr, left(database)) == (1, True, 3)
    assert discard(sandbox, "--because", REASON, "--confirm", "3", *WHY).exit_code == 0
    assert left(database) == 0


def test_what_was_parked_since_the_plan_is_not_discarded_with_it(
    sandbox: RunningSandbox, database: psycopg.Connection[Any]
) -> None:
    database.execute("update intake.redelivery set parked_at = now() - interval '1 minute'")
    (planned,) = database.execute("select (now() - interval '1 second')::text").fetchall()
    database.execute(PARKED, [uuid4(), REASON])
    more = discard(sandbox, "--because", REASON, "--confirm", "3", *WHY)
    assert (more.exit_code, "the plan has 4 records, and 3 were confirmed" in more.stderr) == (1, True)
    assert left(database) == 4
    meant = discard(sandbox, "--because", REASON, "--until", planned[0], "--confirm", "3", *WHY)
    assert (meant.exit_code, left(database)) == (0, 1), meant.output


def test_a_named_record_needs_no_number_and_takes_none(
    sandbox: RunningSandbox, database: psycopg.Connection[Any]
) -> None:
    ids = [str(row[0]) for row in database.execute("select id from intake.redelivery").fetchall()]
    assert discard(sandbox, ids[0]).stdout.endswith("do it with --apply --reason TEXT\n")
    assert discard(sandbox, ids[0], "--confirm", "1", *WHY).exit_code == 2
    assert (discard(sandbox, ids[0], *WHY).exit_code, left(database)) == (0, 2)


def test_of_many_the_plan_names_the_first_and_their_end_is_counted(
    sandbox: RunningSandbox, database: psycopg.Connection[Any]
) -> None:
    for _ in range(22):
        database.execute(PARKED, [uuid4(), REASON])
    done = discard(sandbox, "--because", REASON, "--confirm", "25", *WHY)
    assert (done.exit_code, left(database)) == (0, 0)
    assert f"  and 5 more in intake: {REASON}\n" in done.stdout
    assert done.stdout.endswith("25 parked records are discarded\n")
