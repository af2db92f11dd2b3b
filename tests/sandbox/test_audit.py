"""`koppeling audit` on a system that runs: clean after a flow, and each thing found that a hand has done to it."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CommitFailedError
from click.testing import CliRunner, Result

from ops.audit.judge.recipes import effect_row
from ops.audit.judge.verdict import judge
from ops.audit.of_sandbox import evidence_of, submitted_forms
from ops.cli import main
from sandbox.running import RunningSandbox
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox
from sandbox.waiting import until
from schemas.flow import LANES

FORMS = 12
DEADLINE_S = 90


def koppeling(*words: str, state: Path, stdin: str = "") -> Result:
    """Type this, in this process: a Python costs it a second."""
    typed = words if words[0] == "generate" else (*words, "--state", str(state))
    return CliRunner(catch_exceptions=False).invoke(main, typed, input=stdin)


def fetch(sandbox: RunningSandbox, sql: str, *values: object) -> list[Any]:
    async def ask() -> list[Any]:
        connection = await asyncpg.connect(sandbox.endpoints().postgres.url)
        try:
            return list(await connection.fetch(sql, *values))
        finally:
            await connection.close()

    return asyncio.run(ask())


def wait_until_at_rest(sandbox: RunningSandbox) -> None:
    async def ask() -> bool:
        evidence = await evidence_of(sandbox.state, submitted_forms([]))
        # A row that was due a moment ago is no finding yet, and what it leads to is still to be said.
        queued = any(tables.queue for tables in evidence.tables.values())
        return not queued and judge(evidence, at_rest=True).clean

    asyncio.run(until(ask, deadline_s=DEADLINE_S, missing="the flow has not come to rest"))


@pytest.fixture(scope="module")
def flown() -> Iterator[RunningSandbox]:
    """A sandbox through which registrations have gone."""
    with throwaway_sandbox(SandboxSettings()) as running:
        forms = koppeling("generate", "--count", str(FORMS), "--seed", "7", state=running.state.path).stdout
        sent = koppeling("submit", "-", "--json", state=running.state.path, stdin=forms)
        assert sent.exit_code == 0, sent.stderr
        (running.state.path / "submitted.json").write_text(sent.stdout, "utf-8")
        wait_until_at_rest(running)
        yield running


def audit(sandbox: RunningSandbox, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = koppeling("audit", "--json", *arguments, state=sandbox.state.path)
    assert done.stderr == ""
    return done.exit_code, json.loads(done.stdout)


def found(sandbox: RunningSandbox, *arguments: str) -> set[tuple[str, str]]:
    code, said = audit(sandbox, *arguments)
    assert code == (1 if said["findings"] else 0)
    return {(finding["invariant"], finding["code"]) for finding in said["findings"]}


def test_after_a_flow_it_is_clean_and_says_what_it_could_not_decide(flown: RunningSandbox) -> None:
    submitted = str(flown.state.path / "submitted.json")
    done = koppeling("audit", "--at-rest", "--submitted", submitted, state=flown.state.path)
    assert (done.exit_code, done.stderr) == (0, ""), done.stdout
    lines = done.stdout.splitlines()
    assert lines[-1] == "audit: nothing found"
    assert [line for line in lines if len(line) > 80] == []
    assert [line.split()[0] for line in lines if " holds " in line] == [f"I{number}" for number in range(1, 12)]
    assert [line.strip() for line in lines if "partly" in line] == ["partly: ids only: a replay shows the rest"]
    assert f"intake        {FORMS} received = {FORMS} done" in done.stdout


def test_of_several_lists_of_what_was_submitted_each_form_is_looked_for(flown: RunningSandbox) -> None:
    gone = {"place": "line 1", "reference": "", "registration": "6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a10"}
    other = flown.state.path / "other.json"
    other.write_text(json.dumps({"submitted": [gone], "faults": []}), "utf-8")
    submitted = str(flown.state.path / "submitted.json")
    assert found(flown, "--submitted", str(other), "--submitted", submitted) == {("I1", "FORM_GONE")}
    assert found(flown, "--submitted", submitted) == set()


def test_reading_less_than_there_is_it_is_clean_and_says_since_when(flown: RunningSandbox) -> None:
    code, said = audit(flown, "--records", "50")
    assert (code, said["findings"]) == (0, [])
    assert said["since"] is not None
    assert 0 < sum(account["received"] for account in said["accounts"]) <= 100
    assert "since" in next(one["partly"] for one in said["invariants"] if one["invariant"] == "I11")


def test_while_registrations_go_through_it_raises_no_false_alarm(flown: RunningSandbox) -> None:
    forms = koppeling("generate", "--count", "80", "--seed", "8", state=flown.state.path).stdout.splitlines(
        keepends=True
    )
    for start in range(0, len(forms), 20):
        sent = koppeling("submit", "-", state=flown.state.path, stdin="".join(forms[start : start + 20]))
        assert sent.exit_code == 0, sent.stderr
        said = audit(flown)[1]
        assert said["findings"] == []
    wait_until_at_rest(flown)


def test_a_mail_that_lies_there_twice_is_found(flown: RunningSandbox) -> None:
    mail = next(flown.endpoints().mailbox.glob("*.eml"))
    copy = mail.with_name(f"{int(mail.stem) + 1}.eml")
    shutil.copy(mail, copy)
    assert found(flown) == {("I2", "MAIL_TWICE")}
    copy.unlink()
    assert found(flown) == set()


def test_a_mail_that_somebody_had_sent_once_more_by_hand_is_found(flown: RunningSandbox) -> None:
    (mail,) = fetch(flown, "select * from notifier.effect where kind = 'link-realised' limit 1")
    anew = effect_row(mail["subject"], mail["kind"], mail["occasion"], mail["role"], 1)
    fetch(flown, _SENT_ONCE_MORE, mail["id"], anew)
    assert ("I2", "MAIL_UNASKED") in found(flown)
    fetch(flown, "delete from notifier.effect where id = $1", anew)
    assert found(flown) == set()


_SENT_ONCE_MORE = """
insert into notifier.effect (id, lane, subject, kind, occasion, role, epoch, payload, status, planned_at)
select $2, lane, subject, kind, occasion, role, epoch + 1, payload, status, planned_at
from notifier.effect where id = $1
"""


def test_what_operators_had_sent_and_decided_once_more_is_clean(flown: RunningSandbox) -> None:
    why = ("--apply", "--reason", "the mail server lost them")
    (mail,) = fetch(
        flown,
        "select min(id::text) as id, subject from notifier.effect where kind = 'link-realised' "
        "group by subject having count(*) = 1 limit 1",
    )
    forced = ("topic", "link-realised", "--through", "notifier", "--registration", mail["subject"])

    def done(*words: str) -> None:
        typed = koppeling(*words, *why, state=flown.state.path)
        assert typed.exit_code == 0, typed.stderr
        wait_until_at_rest(flown)

    done("mails", "resend", str(mail["id"]))
    done("replay", *forced, "--force", "--mails", "--confirm", "1")
    (newest,) = fetch(
        flown,
        "select id::text from notifier.effect where kind = 'link-realised' and subject = $1 "
        "order by epoch desc limit 1",
        mail["subject"],
    )
    done("mails", "resend", newest["id"])
    epochs = fetch(flown, "select epoch from notifier.effect where subject = $1 and epoch > 0", mail["subject"])
    assert len(epochs) == 3
    assert found(flown) == set()
    assert found(flown, "--records", "50") == set()


def test_what_waits_in_a_paused_service_is_no_finding(flown: RunningSandbox) -> None:
    why = ("--apply", "--reason", "the mail server moves")
    assert koppeling("pause", "notifier", *why, state=flown.state.path).exit_code == 0
    try:
        forms = koppeling("generate", "--count", "3", "--seed", "9", state=flown.state.path).stdout
        assert koppeling("submit", "-", state=flown.state.path, stdin=forms).exit_code == 0
        wait_until_at_rest(flown)
        code, said = audit(flown, "--at-rest")
    finally:
        assert koppeling("resume", "notifier", *why, state=flown.state.path).exit_code == 0
    assert (code, said["findings"]) == (0, [])
    assert next(one["in_flight"] for one in said["accounts"] if one["service"] == "notifier") > 0
    (partly,) = [one["partly"] for one in said["invariants"] if one["invariant"] == "I6"]
    assert partly.startswith("not what is due in notifier, paused since ")
    assert partly.endswith(", because the mail server moves")
    wait_until_at_rest(flown)
    assert found(flown, "--at-rest") == set()


def test_a_committed_offset_that_was_moved_by_hand_is_found(flown: RunningSandbox) -> None:
    with flown.away("enrichment"):
        place, offset = asyncio.run(committed_place(flown))
        asyncio.run(commit(flown, place, offset + 5))
        assert ("I11", "COMMITTED_AHEAD") in found(flown)
        asyncio.run(commit(flown, place, offset))
        assert found(flown) == set()


def test_a_journal_row_that_was_deleted_is_found_by_its_record(flown: RunningSandbox) -> None:
    with deleted(flown, "provisioning") as subject:
        codes = found(flown)
        assert ("I11", "NOT_IN_JOURNAL") in codes
        assert ("I10", "DOES_NOT_ADD_UP") in codes
        plain = koppeling("audit", state=flown.state.path)
        assert plain.exit_code == 1
        assert subject in plain.stdout
        assert [line for line in plain.stdout.splitlines() if len(line) > 80] == []


@contextmanager
def deleted(sandbox: RunningSandbox, service: str) -> Iterator[str]:
    """One journal row fewer, for the length of the block."""
    some = f"select * from {service}.journal where outcome = 'emit' limit 1"  # noqa: S608
    fetch(sandbox, f"create table {service}.kept as {some}")
    (row,) = fetch(
        sandbox,
        f"delete from {service}.journal where id in (select id from {service}.kept) returning subject",  # noqa: S608
    )
    try:
        yield str(row["subject"])
    finally:
        fetch(sandbox, f"insert into {service}.journal select * from {service}.kept")  # noqa: S608
        fetch(sandbox, f"drop table {service}.kept")


async def commit(sandbox: RunningSandbox, place: TopicPartition, offset: int) -> None:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=sandbox.endpoints().kafka.bootstrap_servers, group_id="enrichment", enable_auto_commit=False
    )
    consumer.assign([place])
    async with consumer:
        # The group is its members' until the session of the last one is over.
        await until(lambda: committed(consumer, place, offset), deadline_s=30, missing="the group is not empty")


async def committed(consumer: AIOKafkaConsumer, place: TopicPartition, offset: int) -> bool:
    try:
        await consumer.commit({place: offset})
    except CommitFailedError:
        return False
    return True


async def committed_place(sandbox: RunningSandbox) -> tuple[TopicPartition, int]:
    """A lane that something has been committed on, and where."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=sandbox.endpoints().kafka.bootstrap_servers, group_id="enrichment", enable_auto_commit=False
    )
    places = [TopicPartition("registration-submitted", lane) for lane in range(LANES)]
    consumer.assign(places)
    async with consumer:
        offsets = [(place, await consumer.committed(place)) for place in places]
    return next((place, offset) for place, offset in offsets if offset)
