"""What `koppeling services` tells by the real tables: of mails that wait or failed, and where Kafka is away."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from real import migrated

from ops.cli import main
from ops.commands.services import service_lines
from ops.service_state.backlog import Backlog
from ops.service_state.state import service_states
from sandbox.running import RunningSandbox
from schemas.flow import SERVICE_NAMES

PLAN = """
insert into notifier.effect (id, lane, subject, kind, occasion, role, epoch, payload, status, planned_at)
values (gen_random_uuid(), 0, $1, 'link-realised', '', '', 0, '{}', $2, now() - $3 * interval '1 minute')
"""
END = """
insert into notifier.effect (id, lane, subject, kind, occasion, role, epoch, payload, status, planned_at, finished_at)
values (gen_random_uuid(), 0, $1, 'link-realised', '', '', $2, '{}', $3, now() - interval '1 day',
  now() - $4 * interval '1 minute')
"""


async def lines_of_services(ledger: Any) -> dict[str, str]:
    states = await service_states(ledger, {}, dict.fromkeys(SERVICE_NAMES, Backlog(0, 0)))
    return {one.service: " ".join(" ".join(service_lines(one)).split()) for one in states}


async def test_of_mails_that_are_not_sent_it_is_told_how_many_and_how_long_the_oldest_waits(ledger: Any) -> None:
    for minutes, status in enumerate(["PLANNED", "PLANNED", "CLAIMED", "SENT", "FAILED", "UNCERTAIN"], start=10):
        await ledger.execute(PLAN, status + str(minutes), status, minutes)
    told = await lines_of_services(ledger)
    assert "3 mails not sent yet, the oldest for 12 min" in told.pop("notifier")
    assert not [said for said in told.values() if "not sent yet" in said]


async def test_mails_that_wait_for_a_human_are_told_until_they_are_planned_anew_or_settled(ledger: Any) -> None:
    ended = [("a", 0, "UNCERTAIN"), ("b", 0, "FAILED"), ("c", 0, "FAILED"), ("c", 2, "SENT"), ("d", 1, "FAILED")]
    for minutes, (subject, epoch, status) in enumerate(ended, start=10):
        await ledger.execute(END, subject, epoch, status, minutes)
    await ledger.execute(END, "e", 0, "FAILED", 1)
    await ledger.execute("update notifier.effect set reply = 'settled: given-up' where subject = 'e'")
    told = await lines_of_services(ledger)
    notifier = told.pop("notifier")
    assert "uncertain mails: 1, see `koppeling mails uncertain`" in notifier
    assert "failed mails: 2, the last 11 min ago, see `koppeling mails list --status failed`" in notifier
    assert not [said for said in told.values() if "mails: " in said]


@pytest.fixture
def without_kafka(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    migrated(sandbox.endpoints().postgres.url)
    monkeypatch.setenv("KOPPELING_ADMIN_URL", sandbox.endpoints().postgres.url)
    monkeypatch.setenv("KOPPELING_KAFKA_BOOTSTRAP", "127.0.0.1:1")


@pytest.mark.usefixtures("without_kafka")
def test_what_postgres_knows_is_shown_where_kafka_does_not_answer() -> None:
    result = CliRunner().invoke(main, ["services"])
    assert "intake: workers unknown, backlog unknown\n  journal" in result.stdout
    assert result.stderr.startswith("Error: workers and backlogs could not be read: Kafka at 127.0.0.1:1 does not")
    assert result.exit_code == 1


@pytest.mark.usefixtures("without_kafka")
def test_programs_read_that_kafka_is_not_known() -> None:
    result = CliRunner().invoke(main, ["services", "--json"])
    known = {(one["workers"], one["lag_records"], one["lag_s"]) for one in json.loads(result.stdout)}
    assert (known, result.exit_code) == ({(None, None, None)}, 1)
