"""`koppeling submit` against real Kafka: what arrives, what is printed, what is held back."""

import asyncio
import json
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from click.testing import CliRunner, Result

from ops.cli import main
from payroll.check import check_form
from payroll.form import Form
from sandbox.keylane.keys import private_keys
from sandbox.running import RunningSandbox
from schemas import codec
from schemas.events import FormReceived
from schemas.flow import LANES
from schemas.ids import reference
from stream.lane import lane_of

PLACES = [TopicPartition("form-received", lane) for lane in range(LANES)]


def submit(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["submit", *arguments])


def generated(path: Path, count: int, seed: int) -> str:
    path.write_bytes(CliRunner().invoke(main, ["generate", "--count", str(count), "--seed", str(seed)]).stdout_bytes)
    return str(path)


async def _records(
    bootstrap: str, starts: dict[TopicPartition, int] | None
) -> tuple[list[ConsumerRecord], dict[TopicPartition, int]]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    consumer.assign(PLACES)
    async with consumer:
        ends: dict[TopicPartition, int] = await consumer.end_offsets(PLACES)
        for place, offset in (starts or ends).items():
            consumer.seek(place, offset)
        wanted = sum(ends.values()) - sum((starts or ends).values())
        found: list[ConsumerRecord] = []
        async with asyncio.timeout(30):
            while len(found) < wanted:
                found += [record for records in (await consumer.getmany(timeout_ms=200)).values() for record in records]
        return found, ends


class Topic:
    """What came to the topic of forms since it was looked at last."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        _, self._seen = asyncio.run(_records(bootstrap, None))

    def news(self) -> list[ConsumerRecord]:
        found, self._seen = asyncio.run(_records(self._bootstrap, self._seen))
        return found


@pytest.fixture
def topic(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Topic:
    bootstrap = sandbox.endpoints().kafka.bootstrap_servers
    private_keys(sandbox.state.keylane)
    monkeypatch.setenv("KOPPELING_KAFKA_BOOTSTRAP", bootstrap)
    monkeypatch.setenv("KOPPELING_KEYLANE_JWKS", str(sandbox.state.keylane / "jwks.json"))
    return Topic(bootstrap)


def test_every_form_arrives_valid_sealed_and_on_its_lane(topic: Topic, tmp_path: Path) -> None:
    result = submit(generated(tmp_path / "forms.ndjson", 1_200, 1))
    assert (result.exit_code, result.stderr) == (0, "")
    records = topic.news()
    registrations = [record.key.decode() for record in records]
    assert sorted(result.stdout.split()) == sorted(map(reference, registrations))
    assert len(set(registrations)) == 1_200
    for record in records:
        decoded = codec.decode("form-received", record.headers, record.value)
        assert isinstance(decoded.event, FormReceived)
        assert record.key.decode() == decoded.envelope.subject
        assert record.partition == lane_of(decoded.envelope.subject, LANES)
        assert isinstance(check_form(decoded.event.form, decoded.envelope.subject), Form)
        assert b"verzonnen-" not in record.value


def test_the_same_file_twice_is_the_same_registrations_as_other_events(
    sandbox: RunningSandbox, topic: Topic, tmp_path: Path
) -> None:
    path = generated(tmp_path / "forms.ndjson", 5, 2)
    once, twice = submit(path, "--state", str(sandbox.state.path)), submit(path)
    assert once.stdout == twice.stdout
    records = topic.news()
    assert len({record.key for record in records}) == 5
    assert len({dict(record.headers)["ce_id"] for record in records}) == 10


def test_one_form_that_is_not_valid_holds_back_all_unless_told_otherwise(topic: Topic, tmp_path: Path) -> None:
    path = Path(generated(tmp_path / "forms.ndjson", 3, 3))
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines[:2], lines[2].replace("@", " at ")]), "utf-8")

    held_back = submit(str(path))
    assert (held_back.exit_code, held_back.stdout) == (1, "")
    assert f"{path}:3: email: EMAIL_" in held_back.stderr
    assert topic.news() == []

    partly = submit(str(path), "--partial", "--json")
    assert partly.exit_code == 1
    said = json.loads(partly.stdout)
    assert [one["place"] for one in said["submitted"]] == [f"{path}:1", f"{path}:2"]
    assert {one["registration"] for one in said["submitted"]} == {record.key.decode() for record in topic.news()}
