"""More is parked for one reason than one command takes: all of it is reached, also while the service stands still."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from real import emptied_sync

from ops.cli import main
from ops.parked.chosen import CHOSEN_MAX
from sandbox.running import RunningSandbox

REASON, LATER, MORE = "DEFECT_KeyError", 3, "and more: these are the first"
PARKED = """
insert into intake.redelivery
  (id, lane, key, kind, attempt, blocks, topic, partition, log_offset, headers, hash, reason, first_at)
select gen_random_uuid(), 0, n, 'parked', 1, false, 'form-received', 0, n, '', '', %s, now()
from generate_series(1, %s) n
"""


@pytest.fixture
def database(sandbox: RunningSandbox) -> Iterator[psycopg.Connection[Any]]:
    with emptied_sync(sandbox, "intake") as connection:
        connection.execute(PARKED, [REASON, CHOSEN_MAX + LATER])
        yield connection


def typed(sandbox: RunningSandbox, *words: str) -> Result:
    given = ("--because", REASON, "--state", str(sandbox.state.path), "--apply", "--reason", "1.4.1 is deployed")
    return CliRunner().invoke(main, ["parked", *words, *given])


def due(database: psycopg.Connection[Any]) -> int:
    (found,) = database.execute("select count(*) from intake.redelivery where due_at <= now()").fetchall()
    return int(found[0])


def test_what_a_first_retry_has_left_a_second_one_takes(
    sandbox: RunningSandbox, database: psycopg.Connection[Any]
) -> None:
    first = typed(sandbox, "retry")
    assert (first.exit_code, MORE in first.stdout, due(database)) == (0, True, CHOSEN_MAX), first.stderr
    second = typed(sandbox, "retry")
    assert (second.exit_code, MORE in second.stdout, due(database)) == (0, False, CHOSEN_MAX + LATER), second.stderr
    third = typed(sandbox, "retry")
    assert (third.exit_code, "fits and is not due already" in third.stderr) == (1, True)


def test_what_came_back_after_a_retry_is_taken_after_what_was_not_retried(
    sandbox: RunningSandbox, database: psycopg.Connection[Any]
) -> None:
    assert typed(sandbox, "retry").exit_code == 0
    left = database.execute("select id from intake.redelivery where due_at is null").fetchall()
    database.execute("update intake.redelivery set due_at = null")
    assert typed(sandbox, "retry").exit_code == 0
    taken = database.execute("select id from intake.redelivery where due_at is not null").fetchall()
    assert len(left) == LATER
    assert set(left) < set(taken)


def test_while_its_service_takes_nothing_it_is_said_that_nothing_is_tried_again(
    sandbox: RunningSandbox, database: psycopg.Connection[Any]
) -> None:
    brake = "insert into intake.brake (release, pulled_at, reason) values ('1.4.0', now(), 'ten')"
    for prepare, is_said in ((brake, False), ("update intake.redelivery set due_at = now()", True)):
        database.execute(prepare)
        for words in (("list", "--limit", "1"), ("group",)):
            shown = CliRunner().invoke(main, ["parked", *words, "--state", str(sandbox.state.path)])
            assert ("intake 1.4.0 has stopped itself" in shown.output) == is_said, shown.output
            assert ("it tries nothing again until it goes on" in " ".join(shown.output.split())) == is_said


def test_of_a_discard_it_is_said_that_there_are_more(
    sandbox: RunningSandbox, database: psycopg.Connection[Any]
) -> None:
    first = typed(sandbox, "discard", "--confirm", str(CHOSEN_MAX))
    assert (first.exit_code, MORE in first.stdout) == (0, True), first.stderr
    second = typed(sandbox, "discard", "--confirm", str(LATER))
    assert (second.exit_code, MORE in second.stdout) == (0, False), second.stderr
    (left,) = database.execute("select count(*) from intake.redelivery").fetchall()
    assert left == (0,)
