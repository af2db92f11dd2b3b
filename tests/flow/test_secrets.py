"""Marked secrets go in, sealed and wrongly clear; afterwards everything that was kept is searched for them."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from commands import command
from forms import loket_form
from keylane_side import sealed, was_asked
from metrics_pages import metrics_pages
from onboarding import MAILS_EACH, SOURCE, Onboarding, Raw, form_record

from sandbox.mail_index import read_mailbox
from sandbox.waiting import until
from schemas.flow import LANES
from schemas.ids import registration_id
from schemas.topics import event_topics
from stream.lane import lane_of

MARK = "MARKED-verborgen"
FORM_TOPIC = "form-received"
TYPED = f"{MARK}-typed"
"""What an operator types and `koppeling submit` seals: it stands nowhere in clear, not even in the form topic."""
SERVERS_OWN = {"kafka", "postgres", "secrets"}
"""Kafka's log holds the form topic itself; Postgres is searched by its tables."""


def raet_form(number: int, secret: object, **changes: object) -> dict[str, object]:
    connection = {"employer_code": f"{50_000_000 + number}", "client_secret": secret}
    return loket_form(number, package="raet", client_id="client-1", connections=[connection], **changes)


def sealed_form(onboarding: Onboarding, submission: str, number: int) -> dict[str, object]:
    token = sealed(onboarding.sandbox, f"{MARK}-sealed-{number}", registration_id(SOURCE, submission))
    return raet_form(number, token)


def clear_forms() -> dict[str, dict[str, object]]:
    return {
        "clear-secret": raet_form(70_001, f"{MARK}-1"),
        "clear-nested": raet_form(70_002, [{"value": f"{MARK}-2"}]),
        "clear-wrong-field": loket_form(70_003, password=f"{MARK}-3"),
        "clear-dutch-field": loket_form(70_004, wachtwoord=f"{MARK}-4"),
        "clear-not-asked": loket_form(70_005, connections=[{"employer_code": "7000005", "client_secret": f"{MARK}-5"}]),
        "clear-beside-the-form": {**loket_form(70_006), "extra": {"secret": {"deep": f"{MARK}-6"}}},
    }


def misplaced(submission: str, number: int) -> Raw:
    record = form_record(submission, raet_form(number, f"{MARK}-{number}"))
    lane = (lane_of(registration_id(SOURCE, submission), LANES) + 1) % LANES
    return Raw(record.key, record.value, record.headers, lane)


async def plant(onboarding: Onboarding) -> None:
    forms = {f"sealed-{n}": sealed_form(onboarding, f"sealed-{n}", 70_100 + n) for n in range(5)}
    registrations = await onboarding.submit(forms)
    onboarding.sandbox.send("provisioning", signal.SIGKILL)
    refused = clear_forms()
    broken = Raw(
        b"k", f'{{"form": {{"client_secret": "{MARK}-broken", '.encode(), form_record("clear-broken", {}).headers
    )
    await onboarding.publish([form_record(submission, form) for submission, form in refused.items()])
    await onboarding.publish([broken, misplaced("clear-wrong-lane", 70_200)])
    await onboarding.settled(registrations, MAILS_EACH * len(registrations))
    again = form_record("sealed-0", raet_form(70_100, f"{MARK}-used-id"))
    await onboarding.publish([again])
    answered = [registration_id(SOURCE, submission) for submission in (*refused, "clear-wrong-lane")]
    effects = await onboarding.settled(answered, len(answered))
    assert {effect.kind for effect in effects} == {"registration-rejected"}
    await until(lambda: both_parked(onboarding), deadline_s=30, missing="the broken and the reused form are not parked")
    assert was_asked(onboarding.sandbox, registrations[0])


def typed(onboarding: Onboarding, temporary: Path) -> subprocess.CompletedProcess[bytes]:
    """Submit a form with a clear secret: no other program of ours ever holds one."""
    form = raet_form(70_300, TYPED)
    return subprocess.run(
        command(onboarding, "submit", "-", "--json"),
        input=json.dumps({"submission_id": "typed", "form": form}).encode(),
        env=os.environ | {"TMPDIR": str(temporary)},
        capture_output=True,
        check=True,
        timeout=60,
    )


async def submitted(onboarding: Onboarding, temporary: Path) -> list[tuple[str, bytes]]:
    """What the command says and leaves behind; returns when its form is mailed about."""
    await onboarding.load_policies([raet_form(70_300, "")])
    ended = await asyncio.to_thread(typed, onboarding, temporary)
    (form,) = json.loads(ended.stdout)["submitted"]
    await onboarding.settled([form["registration"]], MAILS_EACH)
    return [("submit's output", ended.stdout + ended.stderr), *kept_in_files(temporary)]


async def both_parked(onboarding: Onboarding) -> bool:
    rows = await onboarding.query(
        "select reason from intake.redelivery where due_at is null and value like '%[removed]%'::bytea"
    )
    return {"NOT_JSON", "ID_REUSED"} <= {row["reason"] for row in rows}


async def kept_in_topics(onboarding: Onboarding) -> Iterator[tuple[str, bytes]]:
    found = []
    for topic in event_topics():
        if topic.name != FORM_TOPIC:
            for r in await onboarding.records(topic.name):
                said = b"".join((r.key or b"", r.value or b"", *(value or b"" for _, value in r.headers)))
                found.append((f"topic {topic.name}", said))
    return iter(found)


async def kept_in_tables(onboarding: Onboarding) -> Iterator[tuple[str, bytes]]:
    tables = await onboarding.query(
        "select table_schema, table_name from information_schema.tables"
        " where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'"
    )
    found = []
    for schema, table in tables:
        for row in await onboarding.query(f'select * from "{schema}"."{table}"'):  # noqa: S608 (the catalogue's names)
            cells = (value if isinstance(value, bytes) else str(value).encode() for value in row.values())
            found.append((f"table {schema}.{table}", b"\n".join(cells)))
    return iter(found)


def kept_in_files(state: Path) -> Iterator[tuple[str, bytes]]:
    for path in state.rglob("*"):
        if path.is_file() and path.relative_to(state).parts[0] not in SERVERS_OWN:
            yield f"file {path.relative_to(state)}", path.read_bytes()


def kept_in_mails(mailbox: Path) -> Iterator[tuple[str, bytes]]:
    for mail in read_mailbox(mailbox):
        parsed = message_from_bytes(mail.path.read_bytes(), policy=default)
        yield f"mail {mail.subject}", (str(parsed.items()) + mail.text + mail.html).encode()


async def kept_in_metrics(onboarding: Onboarding) -> Iterator[tuple[str, bytes]]:
    return iter([(f"metrics of {service}", page.encode()) for service, page in await metrics_pages(onboarding.sandbox)])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_every_process_of_the_sandbox_keeps_its_temporary_files_where_they_are_searched(
    onboarding: Onboarding,
) -> None:
    temporary = onboarding.sandbox.state.temporary
    assert temporary.parent == onboarding.sandbox.state.path
    for name, pid in onboarding.sandbox.endpoints().processes.items():
        assert f"TMPDIR={temporary}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"), name
        is_java = b"kafka.Kafka" in (said := Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"))
        assert not is_java or f"-Djava.io.tmpdir={temporary}".encode() in said


async def test_a_marked_secret_is_found_nowhere_but_in_the_form_topic(onboarding: Onboarding, tmp_path: Path) -> None:
    await plant(onboarding)
    by_the_command = await submitted(onboarding, tmp_path)
    state = onboarding.sandbox.state.path
    kept = [
        *await kept_in_topics(onboarding),
        *await kept_in_tables(onboarding),
        *await kept_in_metrics(onboarding),
        *kept_in_files(state),
        *kept_in_mails(onboarding.sandbox.endpoints().mailbox),
        *by_the_command,
    ]
    assert {place.split()[0] for place, _ in kept} == {"topic", "table", "metrics", "file", "mail", "submit's"}
    assert {place for place, said in kept if MARK.encode() in said} == set()
    forms = await onboarding.records(FORM_TOPIC)
    assert not any(TYPED.encode() in (record.value or b"") for record in forms)
    assert any(MARK.encode() in (record.value or b"") for record in forms), "the search finds what is there"
