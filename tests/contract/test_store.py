"""What the worker believes of its database: fences, the journal, documents and their locks; of both stores alike."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from databases import Case, Claim, Database
from settlements import HASH, NOW, effect, entry, id_of, parked, recorded_by, row, said, settle, states

from stream.document import Document, DocumentKey, Gate
from stream.errors import Defective, Fenced, Refused, Rival, StateWentBack
from stream.record import TopicLane
from stream.store import LaneMove, OutcomeKind, Recorded, StateRow, Store

FORMS = TopicLane("forms", 3)
MINE = DocumentKey("case", "mine")
CLAIM = DocumentKey("claim", "shared")


async def taken_over(store: Store) -> int:
    return (await store.take_over([3]))[3].epoch


async def load(store: Store, *keys: DocumentKey) -> Mapping[DocumentKey, StateRow]:
    return (await store.read(documents=keys)).states


async def test_taking_over_raises_the_epoch_and_tells_what_is_settled(database: Database, store: Store) -> None:
    first = await store.take_over([3, 5])
    assert {lane: held.settled for lane, held in first.items()} == {3: {}, 5: {}}
    await store.begin_at({FORMS: 0, TopicLane("answers", 3): 2}, {3: first[3].epoch})
    await settle(store, moves=[LaneMove(3, first[3].epoch, {"forms": 0}, {"forms": 4})])

    second = await database.connect().take_over([3])

    assert second[3].epoch == first[3].epoch + 1
    assert second[3].settled == {"forms": 4, "answers": 2}


async def test_where_topics_begin_is_noted_by_the_holder_only(store: Store) -> None:
    epoch = await taken_over(store)
    await store.begin_at({FORMS: 10, TopicLane("answers", 3): 0}, {3: epoch})
    held = (await store.take_over([3]))[3]
    assert held.settled == {"forms": 10, "answers": 0}
    with pytest.raises(Fenced):
        await store.begin_at({FORMS: 0}, {3: epoch})


async def test_a_zombie_records_nothing(database: Database) -> None:
    zombie, successor = database.connect(), database.connect()
    epoch = await taken_over(zombie)
    await load(zombie, MINE)
    await taken_over(successor)
    with pytest.raises(Fenced):
        await settle(zombie, journal=[entry(1)], states=states(mine=Case()), moves=[LaneMove(3, epoch, {}, {})])
    assert await recorded_by(successor, [id_of(1)]) == {}
    assert await load(successor, MINE) == {}


async def test_a_batch_of_rows_alone_is_fenced_as_well(database: Database, store: Store) -> None:
    epoch = await taken_over(store)
    await settle(store, moves=[LaneMove(3, epoch, {}, {})])
    await taken_over(database.connect())
    with pytest.raises(Fenced):
        await settle(store, moves=[LaneMove(3, epoch, {}, {})])


async def test_a_takeover_during_a_settlement_sees_all_of_it_or_refuses_it(database: Database) -> None:
    predecessor, successor = database.connect(), database.connect()
    epoch = await taken_over(predecessor)
    settling = settle(predecessor, journal=[entry(1)], moves=[LaneMove(3, epoch, {}, {"forms": 1})])

    taken, settled = await asyncio.gather(successor.take_over([3]), settling, return_exceptions=True)

    assert not isinstance(taken, BaseException)
    assert settled is None or isinstance(settled, Fenced)
    assert taken[3].settled == ({"forms": 1} if settled is None else {})
    assert set(await recorded_by(successor, [id_of(1)])) == ({id_of(1)} if settled is None else set())


async def test_a_settled_position_that_is_not_the_one_last_written_stops_everything(store: Store) -> None:
    epoch = await taken_over(store)
    await store.begin_at({FORMS: 2}, {3: epoch})
    with pytest.raises(StateWentBack):
        await settle(store, journal=[entry(1)], moves=[LaneMove(3, epoch, {"forms": 5}, {"forms": 6})])
    with pytest.raises(StateWentBack):
        await settle(store, moves=[LaneMove(3, epoch, {"answers": 0}, {"answers": 1})])
    assert await recorded_by(store, [id_of(1)]) == {}


async def test_what_is_recorded_is_looked_up_as_it_was(store: Store) -> None:
    messages = (said(1, 1), said(2, 2))
    silent = entry(2, outcome=OutcomeKind.IGNORE, reason="STALE_REVISION", messages=())
    await settle(store, journal=[entry(1, messages=messages), silent])
    assert await recorded_by(store, [id_of(1), id_of(2), id_of(3)]) == {
        id_of(1): Recorded(HASH, 1, OutcomeKind.EMIT, messages),
        id_of(2): Recorded(HASH, 1, OutcomeKind.IGNORE, (), "STALE_REVISION"),
    }


async def test_nothing_is_seen_after_an_error(database: Database) -> None:
    store, other = database.connect(), database.connect()
    epoch = await taken_over(store)
    with pytest.raises(StateWentBack):
        await settle(
            store, journal=[parked(1)], new_rows=[row(1, "a")], states=states(mine=Case()), effects=[effect(1)],
            shared={CLAIM: 0}, moves=[LaneMove(3, epoch, {"forms": 5}, {"forms": 6})],
        )  # fmt: skip
    assert await recorded_by(other, [id_of(1)]) == {}
    assert await other.due([3], NOW, 9) == []
    assert await database.effects() == []
    assert await load(other, MINE, CLAIM) == {}


async def test_a_first_outcome_is_refused_where_one_stands(store: Store) -> None:
    await settle(store, journal=[entry(1)])
    with pytest.raises(Rival):
        await settle(store, journal=[entry(2), entry(1)], states=states(mine=Case()))
    assert set(await recorded_by(store, [id_of(1), id_of(2)])) == {id_of(1)}
    assert await load(store, MINE) == {}


async def test_of_two_at_once_with_the_same_id_one_is_a_rival(database: Database) -> None:
    stores = [database.connect(), database.connect()]
    settled = await asyncio.gather(
        *(settle(store, journal=[entry(1), entry(10 + index)]) for index, store in enumerate(stores)),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in settled) == ["NoneType", "Rival"]
    assert len(await recorded_by(stores[0], [id_of(1), id_of(10), id_of(11)])) == 2


async def test_a_parked_record_is_answered_again_only_from_the_attempt_that_was_taken(store: Store) -> None:
    await settle(store, journal=[parked(1)])
    with pytest.raises(Rival):
        await settle(store, journal=[entry(1, attempt=3)])
    await settle(store, journal=[entry(1, attempt=2)])
    assert (await recorded_by(store, [id_of(1)]))[id_of(1)] == Recorded(HASH, 2, OutcomeKind.EMIT, (said(1),))
    with pytest.raises(Rival):
        await settle(store, journal=[entry(1, attempt=2)])


async def test_what_is_done_is_never_answered_again(store: Store) -> None:
    await settle(store, journal=[entry(1), entry(2, outcome=OutcomeKind.IGNORE)])
    for done in (1, 2, 3):
        with pytest.raises(Rival):
            await settle(store, journal=[entry(done, attempt=2)])


async def test_documents_come_back_as_they_were_saved(store: Store) -> None:
    document = Case(note="Zoë 'van der' \\u0000 \n☃", due_at=NOW, waits_for=("a gate", "b"))
    saved = StateRow(document, revision=7, seen={"urn:keylane/x": 3}, correlation="root")
    await settle(store, states={MINE: (3, StateRow()), CLAIM: (4, StateRow(Claim(count=1)))})
    await settle(store, states={MINE: (3, saved)})

    loaded = await load(store, MINE, DocumentKey("case", "unknown"), CLAIM)

    assert loaded == {MINE: saved, CLAIM: StateRow(Claim(count=1))}


async def test_a_document_without_content_keeps_what_stands_beside_it(store: Store) -> None:
    bare = StateRow(None, revision=2, seen={"s": 1}, correlation="root")
    await settle(store, states={MINE: (3, bare)})
    assert await load(store, MINE) == {MINE: bare}


async def test_a_shared_document_is_there_once_somebody_decided_on_it_and_an_own_one_is_not(store: Store) -> None:
    assert await load(store, MINE, CLAIM) == {}
    await settle(store, journal=[entry(1)], shared={CLAIM: 0})
    assert await load(store, MINE, CLAIM) == {CLAIM: StateRow()}


async def test_who_decides_on_a_shared_document_that_has_moved_on_is_a_rival(database: Database) -> None:
    store, other = database.connect(), database.connect()
    assert await load(store, CLAIM) == {}
    await settle(other, states={CLAIM: (-1, StateRow(Claim(count=1), 1))}, shared={CLAIM: 0})
    for seen_at in (0, 2):
        with pytest.raises(Rival):
            await settle(store, journal=[entry(1)], shared={CLAIM: seen_at})
    assert await recorded_by(store, [id_of(1)]) == {}
    await settle(store, journal=[entry(1)], shared={CLAIM: 1})


async def count_up(store: Store) -> None:
    found = (await load(store, CLAIM)).get(CLAIM, StateRow())
    count = found.document.count + 1 if isinstance(found.document, Claim) else 1
    counted = {CLAIM: (-1, StateRow(Claim(count=count), found.revision + 1))}
    try:
        await settle(store, states=counted, shared={CLAIM: found.revision})
    except Rival:
        await count_up(store)


@pytest.mark.parametrize("existing", [0, 1])
async def test_of_many_who_write_a_shared_document_at_once_none_overwrites_another(
    database: Database, existing: int
) -> None:
    stores = [database.connect() for _ in range(4)]
    for _ in range(existing):
        await count_up(stores[0])
    await asyncio.gather(*(count_up(store) for store in stores))
    assert (await load(stores[0], CLAIM))[CLAIM].document == Claim(count=4 + existing)


async def test_shared_documents_are_locked_in_one_order_however_they_are_named(database: Database) -> None:
    keys = [DocumentKey("claim", name) for name in ("a", "b", "c", "B", "é")]
    stores = [database.connect() for _ in range(4)]
    orders = (keys, keys[::-1], keys[2:] + keys[:2], keys[::-1])
    for _ in range(5):
        await asyncio.gather(
            *(settle(store, shared=dict.fromkeys(order, 0)) for store, order in zip(stores, orders, strict=True))
        )
    assert await load(stores[0], *keys) == dict.fromkeys(keys, StateRow())


async def test_an_effect_is_planned_once(database: Database, store: Store) -> None:
    await settle(store, journal=[entry(1)], effects=[effect(1), effect(1), effect(2)])
    await settle(store, journal=[entry(2)], effects=[effect(2), effect(3)])
    assert sorted(await database.effects()) == [id_of(1), id_of(2), id_of(3)]


@pytest.mark.parametrize("document", [Case(note="a\0b"), Case(waits_for=("a\0b",)), Case(note="\\\0")])
async def test_a_document_that_the_database_can_not_keep_is_refused(store: Store, document: Document) -> None:
    with pytest.raises(Refused) as refused:
        await settle(store, journal=[entry(1)], states=states(mine=document))
    assert str(refused.value) in ("DATABASE_REFUSED_22P05", "DATABASE_REFUSED_22021")
    assert await recorded_by(store, [id_of(1)]) == {}


async def test_what_the_database_can_not_keep_is_refused(store: Store) -> None:
    for changes, code in (
        ({"journal": [entry(1, reason="a\0b")]}, "22021"),
        ({"journal": [entry(1, subject="a\0b")]}, "22021"),
        ({"new_rows": [row(1, "a\0b")]}, "22021"),
        ({"new_rows": [row(1, "key", trace="a\0b")]}, "22021"),
        ({"effects": [effect(1, payload={"name": "a\0b"})]}, "22P05"),
        ({"effects": [effect(1, occasion="a\0b")]}, "22021"),
        ({"effects": [effect(1, payload={"number": float("nan")})]}, "22P02"),
        ({"effects": [effect(1, payload={"number": float("-inf")})]}, "22P02"),
        ({"effects": [effect(1, effect_epoch=2**31)]}, "22000"),
        ({"effects": [effect(1, role="\ud800")]}, "22000"),
        ({"journal": [entry(1, reason="\ud800")]}, "22000"),
    ):
        with pytest.raises(Refused, match=code):
            await settle(store, **changes)
    await settle(store, journal=[entry(1)], effects=[effect(1, payload={"name": "\\u0000"})])


@pytest.mark.parametrize(
    "changes",
    [
        {"effects": [effect(1, payload={"value": object()})]},
        {"effects": [effect(1, payload={"value": "\ud800"})]},
        {"states": states(mine=Case.model_construct(note="\ud800"))},
        {"states": states(mine=Case().model_copy(update={"note": object()}))},
    ],
)
async def test_what_is_no_json_is_a_defect(store: Store, changes: dict[str, Any]) -> None:
    with pytest.raises(Defective) as defect:
        await settle(store, journal=[entry(1)], **changes)
    assert str(defect.value) == "DEFECT_PydanticSerializationError"
    assert await recorded_by(store, [id_of(1)]) == {}


async def test_a_large_number_is_kept(database: Database) -> None:
    await settle(database.connect(), journal=[entry(1)], effects=[effect(1, payload={"number": 10**400})])


async def test_a_document_that_is_of_no_form_any_more_is_told_and_its_neighbours_are_read(database: Database) -> None:
    store = database.connect()
    mine, other, shared = DocumentKey("case", "mine"), DocumentKey("case", "other"), DocumentKey("claim", "shared")
    await settle(store, journal=[entry(1)], states=states(mine=Case(note="1"), other=Case(note="2"), shared=Claim()))
    await database.spoil(mine)
    await database.spoil(shared)
    found = await load(store, mine, other, shared)
    assert {key: (state.unreadable, state.document) for key, state in found.items()} == {
        mine: (True, None),
        other: (False, Case(note="2")),
        shared: (True, None),
    }


async def test_a_gate_of_no_form_wakes_nobody_and_stops_nobody(database: Database, store: Store) -> None:
    waiting = states(mine=Case(waits_for=("open",)), other=Case(waits_for=("spoilt",)))
    await settle(store, journal=[entry(1)], states=waiting | states(-1, open=Gate(open=True), spoilt=Gate(open=True)))
    await database.spoil(DocumentKey("gate", "spoilt"))
    assert await store.tick([3], NOW) == 1


async def test_a_pulled_brake_stops_its_release_for_everybody_until_an_operator_lets_go(database: Database) -> None:
    store, other = database.connect(), database.connect()
    await store.pull_brake("1.0", "ten in a row", NOW)
    assert [await other.brake(release) for release in ("1.0", "1.1")] == ["ten in a row", None]

    await database.release_brake("1.0")
    assert await other.brake("1.0") is None
    await other.pull_brake("1.0", "again", datetime(2026, 11, 24, tzinfo=UTC))
    assert await store.brake("1.0") is None


async def test_while_a_service_is_paused_nothing_is_recorded_by_who_held_its_lanes(database: Database) -> None:
    store, other = database.connect(), database.connect()
    epoch = await taken_over(store)
    assert await other.paused() is False
    await database.pause()
    assert [await store.paused(), await other.paused()] == [True, True]
    with pytest.raises(Fenced):
        await settle(store, journal=[entry(1)], moves=[LaneMove(3, epoch, {}, {})])

    await database.resume()
    assert await other.paused() is False
    await settle(store, journal=[entry(1)], moves=[LaneMove(3, await taken_over(store), {}, {})])
