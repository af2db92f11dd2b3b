"""How many registrations wait for what, is seen below the list of them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from real import emptied_sync, put
from remembered import enrichment, intake

from ops.cli import main
from sandbox.running import RunningSandbox
from stream.document import Document


def documents() -> Iterator[tuple[str, str, Document]]:
    held: Any = {"answer": "held", "held_since": datetime(2026, 1, 2, tzinfo=UTC), "waits_for": ("a gate",)}
    both = ("PROCESSOR_CONFIRMATION", "EMPLOYER_REQUEST")
    yield "intake", "held for one", intake().but(**held, waits=both[:1])
    yield "intake", "held for both", intake().but(**held, waits=both)
    yield "intake", "submitted", intake()
    yield "intake", "ended", intake().but(answer="ended", waits=(), waits_for=("left:1",))
    for number in range(3):
        yield "enrichment", str(number), enrichment("POLICY_NOT_FOUND").but(waits_for=("policy:1:2",))
    yield "enrichment", "went on", enrichment()


@pytest.fixture
def state(sandbox: RunningSandbox) -> Iterator[str]:
    with emptied_sync(sandbox, "intake", "enrichment") as connection:
        for service, key, document in documents():
            put(connection, service, key, document)
        yield str(sandbox.state.path)


def test_below_the_list_stands_how_many_wait_for_what_and_beside_it_where_programs_read_it(state: str) -> None:
    told = "waiting: 3 POLICY_NOT_FOUND, 2 PROCESSOR_CONFIRMATION, 1 EMPLOYER_REQUEST"
    for more, where in (((), "stdout"), (("--json",), "stderr")):
        seen = CliRunner().invoke(main, ["status", "--state", state, *more])
        assert seen.exit_code == 0, seen.output
        assert told in " ".join(getattr(seen, where).split())
