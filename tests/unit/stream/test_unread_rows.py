"""Records that one release read, put into the queue and left there, and that the next one cannot read for a while."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from toy import LANES, Tally, decide, garbage, of_a_newer_version, report, service
from world import World

from stream.decode import decode
from stream.lane import lane_of
from stream.new_row import replay_row
from stream.record import Record
from stream.service import Case, Outcome, Park
from stream.store import Row, RowKind

KEY = "registration"
TOLD = Tally(cycles=(1, 2))


def _counted(case: Case[str]) -> Outcome:
    """What the toy does with a report that is accepted, whatever it says."""
    return decide(case._replace(cause=case.cause.model_copy(update={"report": "accepted"})))  # type: ignore[union-attr]


MENDED = service(_counted)


def _waiting(case: Case[str]) -> Outcome:
    """The first report waits for another, and lets it by."""
    return Park("WAITS", blocks=False) if case.envelope and case.envelope.id == "1" else _counted(case)


def _rows(world: World) -> list[Row]:
    return list(world.database.tables.rows.values())


def _retry(world: World) -> None:
    """What an operator does with all that is parked."""
    for queued in _rows(world):
        world.database.tables.rows[queued.id] = replace(queued, due_at=queued.due_at or world.clock.now())


async def _unread(world: World, *, unread: Callable[[Row], bool] = lambda _: True) -> None:
    """A release that can read none of these rows tries them."""
    _write_anew(world, lambda queued: of_a_newer_version(queued.record) if unread(queued) else queued.record)
    _retry(world)
    await (await world.worker(release="stricter")).run_to_death()


async def _read_again(world: World) -> None:
    """A release that can read and decide everything tries them."""
    said = {decode(record).id: record for record in world.broker.records(report(KEY, "").topic)}
    by_offset = {(record.partition, record.offset): record for record in said.values()}
    _write_anew(world, lambda queued: by_offset[queued.record.partition, queued.record.offset])
    _retry(world)
    await (await world.worker(release="mended", toy=MENDED)).run_to_death()


def _write_anew(world: World, record_of: Callable[[Row], Record]) -> None:
    for queued in _rows(world):
        world.database.tables.rows[queued.id] = replace(queued, record=record_of(queued))


async def _parked() -> World:
    """A registration whose first report is parked, and the second waits behind it."""
    world = World.told([report(KEY, "1", said="failed"), report(KEY, "2", cycle=2)])
    await (await world.worker()).run_to_death()
    return world


@pytest.mark.parametrize("times", [1, 2])
async def test_what_a_release_cannot_read_is_decided_by_the_next_one_in_its_order(times: int) -> None:
    world = await _parked()
    ids = [queued.id for queued in _rows(world)]
    for _ in range(times):
        await _unread(world)
        assert [(queued.id, queued.blocks) for queued in _rows(world)] == [(id_, True) for id_ in ids]
    await _read_again(world)
    assert world.document(KEY) == TOLD
    assert not _rows(world)


@pytest.mark.parametrize("offset", [0, 1])
async def test_a_key_waits_for_the_one_of_its_records_that_cannot_be_read(offset: int) -> None:
    world = await _parked()
    await _unread(world, unread=lambda queued: queued.record.offset == offset)
    world.say([report(KEY, "3", cycle=3)])
    await (await world.worker(release="stricter")).run_to_death()
    await _read_again(world)
    assert world.document(KEY) == Tally(cycles=(1, 2, 3))


async def test_a_row_that_held_up_nothing_does_not_begin_to() -> None:
    world = World.told([report(KEY, "1")], service(_waiting))
    await (await world.worker()).run_to_death()
    await _unread(world)
    assert [queued.blocks for queued in _rows(world)] == [False]
    world.say([report(KEY, "2", cycle=2)])
    await (await world.worker()).run_to_death()
    assert world.document(KEY) == Tally(cycles=(2,))


async def test_a_second_body_under_a_known_id_stays_parked() -> None:
    world = World.told([report(KEY, "1"), report(KEY, "1", cycle=2)])
    await (await world.worker()).run_to_death()
    await _unread(world)
    await _read_again(world)
    assert [queued.reason for queued in _rows(world)] == ["ID_REUSED"]


async def test_a_record_that_was_moved_keeps_its_place_too() -> None:
    world = World.told([report(KEY, "1", lane=(lane_of(KEY, LANES) + 1) % LANES)])
    running = await world.worker(batch=1)
    while not _rows(world):
        await running.worker.run_once()
    assert [queued.kind for queued in _rows(world)] == [RowKind.MOVED]
    await running.transport.close()
    await _unread(world)
    assert [queued.blocks for queued in _rows(world)] == [True]
    await _read_again(world)
    assert world.document(KEY) == Tally(cycles=(1,))


@pytest.mark.parametrize("epochs", [1, 2])
async def test_what_an_operator_forces_is_decided_in_each_epoch(epochs: int) -> None:
    world = World.told([report(KEY, "1")])
    await (await world.worker()).run_to_death()
    (record,) = world.broker.records(report(KEY, "").topic)
    for epoch in range(1, epochs + 1):
        row = replay_row(decode(record), UUID(int=epoch), world.clock.now(), LANES, effect_epoch=epoch)
        world.database.tables.queue_replays([row])
        await _unread(world)
        await _read_again(world)
    assert world.document(KEY) == Tally(cycles=(1,) * (epochs + 1))


def test_what_nobody_could_read_yet_is_known_by_its_place() -> None:
    first, again = decode(garbage(offset=5)), decode(garbage(offset=5))
    assert first.id == again.id != decode(garbage(offset=6)).id
