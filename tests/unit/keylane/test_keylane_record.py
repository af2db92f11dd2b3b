"""Keylane's record, and its loop killed between any two steps."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from sandbox.keylane.keylane import Keylane
from sandbox.keylane.plan import Report, answers
from sandbox.keylane.record import DueReport, Record, Taken
from sandbox.keylane.request import Arrival, Cancellation, Request, Unreadable
from sandbox.keylane.script import Script, ScriptFile, Step, usual
from schemas.example import examples
from schemas.sealing import new_private_keys

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
KEYS = new_private_keys()
REQUEST = Request("urn:us", "r-1", "s", 1, 1, 5, "f-1", 0, NOW, True)
CANCELLATION = Cancellation("urn:us", "c-1", "s", 1, 1, NOW)
AS_USUAL = partial(answers, script=Script(usual(60), {}))
LOKET = next(example for example in examples() if example.name == "provisioning-requested.v1/loket")
ARRIVAL = Arrival(LOKET.event.name, 0, 0, LOKET.headers, LOKET.value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "record.sqlite"


@pytest.fixture
def record(path: Path) -> Iterator[Record]:
    opened = Record(path)
    yield opened
    opened.close()


class Killed(Exception):
    """Here the process is gone."""


class Post:
    """Kafka as it was left behind: what was published, what was committed."""

    def __init__(self, dies_at: str = "") -> None:
        self.dies_at = dies_at
        self.published: list[tuple[tuple[tuple[str, bytes], ...], bytes]] = []
        self.committed: list[Arrival] = []

    async def receive(self, timeout_s: float) -> list[Arrival]:
        del timeout_s
        await asyncio.sleep(0)
        return []

    async def publish(self, reports: Sequence[DueReport]) -> None:
        if self.dies_at == "publish":
            raise Killed
        self.published += [(report.headers, report.value) for report in reports]
        if self.dies_at == "acknowledge":
            raise Killed

    async def commit(self, arrivals: Sequence[Arrival]) -> None:
        if self.dies_at == "commit":
            raise Killed
        self.committed += arrivals


def later(record: Record) -> list[DueReport]:
    return record.due(NOW + timedelta(days=1), 100)


def test_a_request_is_planned_once_however_often_it_comes(record: Record) -> None:
    assert record.take([REQUEST], AS_USUAL) == Taken(planned=1)
    assert record.take([REQUEST, REQUEST], AS_USUAL) == Taken(repeated=2)
    assert len(later(record)) == 2


def test_within_one_batch_too(record: Record) -> None:
    assert record.take([REQUEST, replace(REQUEST, cycle=2)], AS_USUAL) == Taken(planned=1, repeated=1)


def test_of_a_batch_that_fails_nothing_is_noted(record: Record) -> None:
    def fail(request: Request) -> Sequence[Report]:
        raise Killed(request)

    with pytest.raises(Killed):
        record.take([CANCELLATION, replace(REQUEST, cycle=2)], fail)
    assert record.take([REQUEST], AS_USUAL) == Taken(planned=1)


def test_the_same_id_of_another_publisher_is_another_request(record: Record) -> None:
    assert record.take([REQUEST, replace(REQUEST, source="urn:them")], AS_USUAL) == Taken(planned=2)


def test_a_lower_revision_of_one_connection_is_ignored_and_of_another_not(record: Record) -> None:
    lower = replace(REQUEST, id="r-0", revision=4)
    lowest = replace(REQUEST, id="r-00", revision=3)
    assert record.take([REQUEST, lowest, lower], AS_USUAL) == Taken(planned=1, stale=2)
    assert record.take([replace(lower, id="r-9", connection=2)], AS_USUAL) == Taken(planned=1)
    assert record.take([replace(lower, id="r-8", subject="t")], AS_USUAL) == Taken(planned=1)
    assert record.take([replace(REQUEST, id="r-6", revision=6)], AS_USUAL) == Taken(planned=1)
    assert record.take([replace(REQUEST, id="r-7", revision=None)], AS_USUAL) == Taken(planned=1)


def test_what_cannot_be_read_and_what_does_not_open_is_on_record(record: Record) -> None:
    taken = record.take(
        [Unreadable("provisioning-requested", 0, 7, "NOT_JSON"), replace(REQUEST, opened=False)], AS_USUAL
    )
    assert taken == Taken(unreadable=1, not_opened=1)
    assert len(later(record)) == 1


def test_after_a_cancellation_nothing_more_is_said_about_that_connection(record: Record) -> None:
    other = replace(REQUEST, id="r-2", connection=2)
    record.take([REQUEST, other], AS_USUAL)
    assert record.take([CANCELLATION, CANCELLATION], AS_USUAL) == Taken(cancellations=1, repeated=1)
    assert len(later(record)) == 2
    assert record.take([replace(REQUEST, id="r-3", revision=6)], AS_USUAL) == Taken(cancelled=1)
    assert len(later(record)) == 2


def test_what_is_requested_anew_after_a_cancellation_is_answered(record: Record) -> None:
    record.take([REQUEST, CANCELLATION], AS_USUAL)
    assert record.take([replace(REQUEST, id="r-2", cycle=2, revision=7)], AS_USUAL) == Taken(planned=1)
    assert record.take([replace(CANCELLATION, id="c-2")], AS_USUAL) == Taken(cancellations=1)
    assert len(later(record)) == 2


def test_a_script_can_have_it_say_something_despite_the_cancellation(record: Record) -> None:
    late = Step(report="configured", after_s=60, despite_cancellation=True)
    record.take([REQUEST, CANCELLATION], partial(answers, script=Script((Step(report="accepted"), late), {})))
    assert record.next_due_at() == NOW + timedelta(seconds=60)
    assert len(later(record)) == 1


def test_a_report_is_due_when_its_time_has_come_and_no_more_once_it_was_published(record: Record) -> None:
    record.take([REQUEST], AS_USUAL)
    assert record.next_due_at() == NOW
    first = record.due(NOW, 100)
    assert len(first) == 1
    record.mark_published(first, NOW)
    assert record.due(NOW, 100) == []
    assert record.next_due_at() == NOW + timedelta(seconds=60)
    record.mark_published(later(record), NOW)
    assert record.next_due_at() is None


def test_a_plan_survives_as_it_was_made_whatever_the_script_says_later(path: Path) -> None:
    first = Record(path)
    first.take([REQUEST], AS_USUAL)
    planned = later(first)
    first.close()
    again = Record(path)
    again.take([REQUEST], partial(answers, script=Script((), {})))
    assert later(again) == planned
    again.close()


@pytest.mark.parametrize("dies_at", ["publish", "acknowledge", "commit"])
async def test_killed_anywhere_the_next_run_says_the_same_and_nothing_is_missing(path: Path, dies_at: str) -> None:
    clock = iter(NOW + timedelta(seconds=second) for second in range(100))

    async def run(post: Post) -> None:
        record = Record(path)
        try:
            keylane = Keylane(post, record, KEYS, ScriptFile(path.parent / "script.json", 0), clock=lambda: next(clock))
            await keylane.handle([ARRIVAL])
        finally:
            record.close()

    before, after = Post(dies_at), Post()
    with pytest.raises(Killed):
        await run(before)
    await run(after)
    said = before.published + after.published
    assert len(set(said)) == 2
    assert after.published == ([] if dies_at == "commit" else said[-2:])
    assert after.committed == [ARRIVAL]


async def test_told_to_stop_it_stops(record: Record, tmp_path: Path) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(Keylane(Post(), record, KEYS, ScriptFile(tmp_path / "no", 0)).run(stop))
    stop.set()
    await asyncio.wait_for(running, 5)


async def test_an_early_report_is_said_once_though_the_script_is_read_again(record: Record, tmp_path: Path) -> None:
    path, said = tmp_path / "script.json", []
    for text in (
        '{"s": [{"report": "accepted", "early": true}]}',
        '{"s": [{"report": "accepted", "early": true}], "t": []}',
    ):
        path.unlink(missing_ok=True)
        path.write_text(text)
        post = Post()
        await Keylane(post, record, KEYS, ScriptFile(path, 0)).handle([])
        said.append(len(post.published))
    assert said == [1, 0]
    assert record.next_due_at() is None
