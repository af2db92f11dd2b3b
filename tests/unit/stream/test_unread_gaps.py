"""What a newer release has settled and not published, and the next one, rolled back to, cannot read."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from toy import LANES, NOW, TOPICS, of_a_newer_version, report
from world import At, Killed, World, raising

from schemas.envelope import from_headers
from stream.decode import Undecodable, decode
from stream.errors import StateWentBack
from stream.identity import content_hash, journal_id, reused_id
from stream.lane import lane_of
from stream.memory.disturbance import Moment
from stream.memory.store import MemoryDatabase, MemoryStore
from stream.recall import recorded_messages
from stream.record import Record

KEY = "registration"
WRONG_LANE = (lane_of(KEY, LANES) + 1) % LANES


async def _settled(records: Sequence[Record]) -> World:
    """A world where these records, each of a newer version, were settled by a release that is gone."""
    world = World.told(records)
    assert await (await world.worker({At("store", "settle", Moment.AFTER): raising(Killed())})).run_to_death()
    for record in world.broker.records(TOPICS[0]):
        newer = of_a_newer_version(record)
        world.broker.logs[record.topic, record.partition].records[record.offset] = newer  # type: ignore[index]
        _recorded_as(world, newer)
    return world


def _recorded_as(world: World, newer: Record) -> None:
    """Let the journal have it as that release recorded it."""
    before = decode(report(KEY, "")._replace(headers=_of_version_1(newer), value=newer.value))
    envelope = from_headers(newer.headers)
    hashed = content_hash(envelope.name, envelope.version, newer.value)
    first = journal_id(envelope.source, envelope.id)
    journal = world.database.tables.journal
    for old, new in ((first, first), (reused_id(first, before.hash), reused_id(first, hashed))):
        if old in journal and journal[old].hash == before.hash:
            journal[new] = journal.pop(old)._replace(id=new, hash=hashed)


def _of_version_1(newer: Record) -> tuple[tuple[str, bytes | None], ...]:
    plain = b"urn:salariskoppeling:schema:provisioning-reported:1"
    return tuple((name, plain if name == "ce_dataschema" else value) for name, value in newer.headers)


async def test_what_was_decided_is_published_by_a_release_that_cannot_read_the_record() -> None:
    world = await _settled([report(KEY, "1"), report(KEY, "2", cycle=2)])
    assert not world.ids()
    await (await world.worker(release="before")).run_to_death()
    assert len(world.ids()) == 2
    assert world.is_done()


async def test_a_second_body_that_was_parked_is_found_as_well() -> None:
    world = await _settled([report(KEY, "1"), report(KEY, "1", cycle=2)])
    await (await world.worker(release="before")).run_to_death()
    assert (len(world.ids()), len(world.ids("dead-lettered"))) == (1, 1)


async def test_what_was_moved_to_its_lane_has_nothing_to_be_published_yet() -> None:
    world = await _settled([report(KEY, "1", lane=WRONG_LANE)])
    world.database.tables.rows.clear()
    await (await world.worker(release="before")).run_to_death()
    assert world.is_done()


async def test_what_was_moved_and_decided_is_the_other_lane_s_to_publish() -> None:
    world = World.told([report(KEY, "1", lane=WRONG_LANE)])
    await (await world.worker()).run()
    assert len(world.ids()) == 1
    assert await recorded_messages(world.broker.records(TOPICS[0]), MemoryStore(world.database), LANES) == []


async def test_what_names_no_key_may_have_been_moved_from_any_lane() -> None:
    record = of_a_newer_version(report(KEY, "1", lane=lane_of("", LANES)))
    headers = tuple(header for header in record.headers if header[0] != "ce_subject")
    assert await recorded_messages([record._replace(headers=headers)], MemoryStore(MemoryDatabase()), LANES) == []


async def test_what_was_pruned_since_is_not_missed() -> None:
    world = await _settled([report(KEY, "1")])
    assert world.database.tables.prune(NOW + timedelta(days=1)) == 1
    await (await world.worker(release="before")).run_to_death()
    assert world.is_done()


@pytest.mark.parametrize("newer", [of_a_newer_version(report(KEY, "1")), report(KEY, "1")._replace(headers=())])
async def test_what_nobody_has_recorded_is_missed_whether_it_can_be_read_or_not(newer: Record) -> None:
    assert isinstance(decode(newer), Undecodable)
    world = await _settled([report(KEY, "1")])
    world.database.tables.journal.clear()
    world.broker.logs[TOPICS[0], newer.partition].records[0] = newer  # type: ignore[index]
    with pytest.raises(StateWentBack):
        await (await world.worker(release="before")).run_to_death()
