"""What the worker believes of its database: fences, the journal, documents and their locks; of both stores alike."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from databases import Case, Claim, Database
from settlements import HASH, NOW, effect, entry, id_of, move, parked, row, said, settle, settlement, states

from stream.document import Document, DocumentKey, Gate
from stream.errors import Defective, Fenced, Refused, Rival, StateWentBack
from stream.record import TopicLane
from stream.store import OutcomeKind, Recorded, StateRow, Store

FORMS = TopicLane("forms", 3)
MINE = DocumentKey("case", "mine")
CLAIM = DocumentKey("claim", "shared")


async def taken_over(store: Store) -> int:
    return (await store.take_over([3]))[3].epoch


async def is_waiting(task: "asyncio.Task[object]", database: Database) -> bool:
    done, _ = await asyncio.wait({task}, timeout=database.patience_s)
    return not done


async def load(store: Store, *keys: DocumentKey, shared: tuple[DocumentKey, ...] = ()) -> dict[DocumentKey, StateRow]:
    async with store.transaction() as transaction:
        return dict(await transaction.load(keys, shared))


async def test_taking_over_raises_the_epoch_and_tells_what_is_settled(database: Database) -> None:
    store = database.connect()
    first = await store.take_over([3, 5])
    assert {lane: held.settled for lane, held in first.items()} == {3: {}, 5: {}}
    await store.begin_at({FORMS: 0}, {3: first[3].epoch})
    await settle(store, moves=[move(3, first[3].epoch, {"forms": 0}, {"forms": 4})])

    second = await database.connect().take_over([3])

    assert second[3].epoch == first[3].epoch + 1
    assert second[3].settled == {"forms": 4}


async def test_where_topics_begin_is_noted_by_the_holder_only(database: Database) -> None:
    store = database.connect()
    epoch = await taken_over(store)
    await store.begin_at({FORMS: 10, TopicLane("answers", 3): 0}, {3: epoch})
    held = (await store.take_over([3]))[3]
    assert held.settled == {"forms": 10, "answers": 0}
    with pytest.raises(Fenced):
        await store.begin_at({FORMS: 0}, {3: epoch})


async def test_a_zombie_records_nothing(database: Database) -> None:
    zombie, successor = database.connect(), database.connect()
    epoch = await taken_over(zombie)

    async def settle_late() -> None:
        async with zombie.transaction() as transaction:
            await transaction.load([MINE], [])
            await taken_over(successor)
            changes = settlement(journal=[entry(1)], states=states(mine=Case()), moves=[move(3, epoch, {}, {})])
            await transaction.record(changes)

    with pytest.raises(Fenced):
        await settle_late()
    assert await successor.look_up([id_of(1)]) == {}
    assert await load(successor, MINE) == {}


async def test_a_batch_of_rows_alone_is_fenced_as_well(database: Database) -> None:
    store = database.connect()
    epoch = await taken_over(store)
    await settle(store, moves=[move(3, epoch, {}, {})])
    await taken_over(database.connect())
    with pytest.raises(Fenced):
        await settle(store, moves=[move(3, epoch, {}, {})])


async def test_a_takeover_during_a_transaction_sees_all_of_it_or_refuses_it(database: Database) -> None:
    predecessor, successor = database.connect(), database.connect()
    epoch = await taken_over(predecessor)
    refused = False
    try:
        async with predecessor.transaction() as transaction:
            await transaction.record(settlement(journal=[entry(1)], moves=[move(3, epoch, {}, {"forms": 1})]))
            takeover = asyncio.ensure_future(successor.take_over([3]))
            await is_waiting(takeover, database)
    except Fenced:
        refused = True

    assert (await takeover)[3].settled == ({} if refused else {"forms": 1})
    assert set(await successor.look_up([id_of(1)])) == (set() if refused else {id_of(1)})


async def test_a_settled_position_that_is_not_the_one_last_written_stops_everything(database: Database) -> None:
    store = database.connect()
    epoch = await taken_over(store)
    await store.begin_at({FORMS: 2}, {3: epoch})
    with pytest.raises(StateWentBack):
        await settle(store, journal=[entry(1)], moves=[move(3, epoch, {"forms": 5}, {"forms": 6})])
    with pytest.raises(StateWentBack):
        await settle(store, moves=[move(3, epoch, {"answers": 0}, {"answers": 1})])
    assert await store.look_up([id_of(1)]) == {}


async def test_what_is_recorded_is_looked_up_as_it_was(database: Database) -> None:
    store = database.connect()
    messages = (said(1, 1), said(2, 2))
    silent = entry(2, outcome=OutcomeKind.IGNORE, reason="STALE_REVISION", messages=())
    await settle(store, journal=[entry(1, messages=messages), silent])
    assert await store.look_up([id_of(1), id_of(2), id_of(3)]) == {
        id_of(1): Recorded(HASH, 1, OutcomeKind.EMIT, messages),
        id_of(2): Recorded(HASH, 1, OutcomeKind.IGNORE, ()),
    }


async def test_nothing_is_seen_before_it_is_committed_nor_after_an_error(database: Database) -> None:
    store, other = database.connect(), database.connect()
    changes = settlement(journal=[parked(1)], new_rows=[row(1, "a")], states=states(mine=Case()), effects=[effect(1)])
    with suppress(LookupError):
        async with store.transaction() as transaction:
            await transaction.record(changes)
            assert await other.look_up([id_of(1)]) == {}
            assert await load(other, MINE) == {}
            raise LookupError
    assert await other.look_up([id_of(1)]) == {}
    assert await other.due([3], NOW, 9) == []
    assert await database.effects() == []
    assert await load(other, MINE) == {}


async def test_a_first_outcome_is_refused_where_one_stands(database: Database) -> None:
    store = database.connect()
    await settle(store, journal=[entry(1)])
    with pytest.raises(Rival):
        await settle(store, journal=[entry(2), entry(1)], states=states(mine=Case()))
    assert set(await store.look_up([id_of(1), id_of(2)])) == {id_of(1)}
    assert await load(store, MINE) == {}


async def test_of_two_at_once_with_the_same_id_one_is_a_rival(database: Database) -> None:
    stores = [database.connect(), database.connect()]
    settled = await asyncio.gather(
        *(settle(store, journal=[entry(1), entry(10 + index)]) for index, store in enumerate(stores)),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in settled) == ["NoneType", "Rival"]
    assert len(await stores[0].look_up([id_of(1), id_of(10), id_of(11)])) == 2


async def test_a_parked_record_is_answered_again_only_from_the_attempt_that_was_taken(database: Database) -> None:
    store = database.connect()
    await settle(store, journal=[parked(1)])
    with pytest.raises(Rival):
        await settle(store, journal=[entry(1, attempt=3)])
    await settle(store, journal=[entry(1, attempt=2)])
    assert (await store.look_up([id_of(1)]))[id_of(1)] == Recorded(HASH, 2, OutcomeKind.EMIT, (said(1),))
    with pytest.raises(Rival):
        await settle(store, journal=[entry(1, attempt=2)])


async def test_what_is_done_is_never_answered_again(database: Database) -> None:
    store = database.connect()
    await settle(store, journal=[entry(1), entry(2, outcome=OutcomeKind.IGNORE)])
    for done in (1, 2, 3):
        with pytest.raises(Rival):
            await settle(store, journal=[entry(done, attempt=2)])


async def test_documents_come_back_as_they_were_saved(database: Database) -> None:
    store = database.connect()
    document = Case(note="Zoë 'van der' \\u0000 \n☃", due_at=NOW, waits_for=("a gate", "b"))
    saved = StateRow(document, revision=7, seen={"urn:keylane/x": 3}, correlation="root")
    await settle(store, states={MINE: (3, StateRow()), CLAIM: (4, StateRow(Claim(count=1)))})
    await settle(store, states={MINE: (3, saved)})

    loaded = await load(store, MINE, DocumentKey("case", "unknown"), shared=(CLAIM,))

    assert loaded == {MINE: saved, CLAIM: StateRow(Claim(count=1))}


async def test_a_document_without_content_keeps_what_stands_beside_it(database: Database) -> None:
    store = database.connect()
    bare = StateRow(None, revision=2, seen={"s": 1}, correlation="root")
    await settle(store, states={MINE: (3, bare)})
    assert await load(store, MINE) == {MINE: bare}


async def test_shared_documents_are_there_after_their_first_load_and_own_ones_are_not(database: Database) -> None:
    store = database.connect()
    assert await load(store, MINE, shared=(CLAIM,)) == {CLAIM: StateRow()}
    assert await load(store, MINE, CLAIM) == {CLAIM: StateRow()}


async def test_a_shared_document_that_was_only_about_to_be_made_is_not_there(database: Database) -> None:
    store = database.connect()
    with suppress(LookupError):
        async with store.transaction() as transaction:
            assert await transaction.load([], [CLAIM]) == {CLAIM: StateRow()}
            raise LookupError
    assert await load(store, CLAIM) == {}


async def count_up(store: Store) -> None:
    async with store.transaction() as transaction:
        found = (await transaction.load([], [CLAIM]))[CLAIM].document
        count = found.count + 1 if isinstance(found, Claim) else 1
        await transaction.record(settlement(states={CLAIM: (3, StateRow(Claim(count=count)))}))


@pytest.mark.parametrize("existing", [0, 1])
async def test_whoever_waits_for_a_shared_document_sees_what_its_holder_wrote(
    database: Database, existing: int
) -> None:
    stores = [database.connect() for _ in range(4)]
    for _ in range(existing):
        await count_up(stores[0])
    await asyncio.gather(*(count_up(store) for store in stores))
    assert (await load(stores[0], CLAIM))[CLAIM].document == Claim(count=4 + existing)


async def test_a_shared_document_is_held_to_the_end(database: Database) -> None:
    holder, waiter = database.connect(), database.connect()
    async with holder.transaction() as transaction:
        await transaction.load([], [CLAIM])
        await transaction.record(settlement(states={CLAIM: (3, StateRow(Claim(count=9)))}))
        waiting = asyncio.ensure_future(load(waiter, shared=(CLAIM,)))
        assert await is_waiting(waiting, database)
    assert (await waiting)[CLAIM].document == Claim(count=9)


async def test_shared_documents_are_locked_in_one_order_however_they_are_named(database: Database) -> None:
    keys = [DocumentKey("claim", name) for name in ("a", "b", "c", "B", "é")]
    stores = [database.connect() for _ in range(4)]
    orders = (keys, keys[::-1], keys[2:] + keys[:2], keys[::-1])
    loaded = await asyncio.gather(
        *(load(store, shared=tuple(order)) for store, order in zip(stores, orders, strict=True))
    )
    assert all(found == dict.fromkeys(keys, StateRow()) for found in loaded)


async def test_an_effect_is_planned_once(database: Database) -> None:
    store = database.connect()
    await settle(store, journal=[entry(1)], effects=[effect(1), effect(1), effect(2)])
    await settle(store, journal=[entry(2)], effects=[effect(2), effect(3)])
    assert sorted(await database.effects()) == [id_of(1), id_of(2), id_of(3)]


@pytest.mark.parametrize("document", [Case(note="a\0b"), Case(waits_for=("a\0b",)), Case(note="\\\0")])
async def test_a_document_that_the_database_can_not_keep_is_refused(database: Database, document: Document) -> None:
    store = database.connect()
    with pytest.raises(Refused) as refused:
        await settle(store, journal=[entry(1)], states=states(mine=document))
    assert str(refused.value) in ("DATABASE_REFUSED_22P05", "DATABASE_REFUSED_22021")
    assert await store.look_up([id_of(1)]) == {}


async def test_what_the_database_can_not_keep_is_refused(database: Database) -> None:
    store = database.connect()
    for changes, code in (
        ({"journal": [entry(1, reason="a\0b")]}, "22021"),
        ({"journal": [entry(1, subject="a\0b")]}, "22021"),
        ({"new_rows": [row(1, "a\0b")]}, "22021"),
        ({"new_rows": [row(1, "key", trace="a\0b")]}, "22021"),
        ({"effects": [effect(1, payload={"name": "a\0b"})]}, "22P05"),
        ({"effects": [effect(1, occasion="a\0b")]}, "22021"),
        ({"effects": [effect(1, payload={"number": float("nan")})]}, "22P02"),
        ({"effects": [effect(1, payload={"number": float("-inf")})]}, "22P02"),
        ({"effects": [effect(1, epoch=2**31)]}, "22000"),
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
        {"states": states(mine=Case.model_construct(note=object()))},
    ],
)
async def test_what_is_no_json_is_a_defect(database: Database, changes: dict[str, Any]) -> None:
    store = database.connect()
    with pytest.raises(Defective) as defect:
        await settle(store, journal=[entry(1)], **changes)
    assert str(defect.value) == "DEFECT_PydanticSerializationError"
    assert await store.look_up([id_of(1)]) == {}


async def test_a_large_number_is_kept(database: Database) -> None:
    await settle(database.connect(), journal=[entry(1)], effects=[effect(1, payload={"number": 10**400})])


async def test_a_document_that_is_of_no_form_any_more_is_told_and_its_neighbours_are_read(database: Database) -> None:
    store = database.connect()
    mine, other, shared = DocumentKey("case", "mine"), DocumentKey("case", "other"), DocumentKey("claim", "shared")
    await settle(store, journal=[entry(1)], states=states(mine=Case(note="1"), other=Case(note="2"), shared=Claim()))
    await database.spoil(mine)
    await database.spoil(shared)
    found = await load(store, mine, other, shared=(shared,))
    assert {key: (state.unreadable, state.document) for key, state in found.items()} == {
        mine: (True, None),
        other: (False, Case(note="2")),
        shared: (True, None),
    }


async def test_a_gate_of_no_form_wakes_nobody_and_stops_nobody(database: Database) -> None:
    store = database.connect()
    waiting = states(mine=Case(waits_for=("open",)), other=Case(waits_for=("spoilt",)))
    await settle(store, journal=[entry(1)], states=waiting | states(-1, open=Gate(open=True), spoilt=Gate(open=True)))
    await database.spoil(DocumentKey("gate", "spoilt"))
    assert await store.tick([3], NOW) == 1


async def test_a_pulled_brake_stops_its_release_for_everybody_until_an_operator_lets_go(database: Database) -> None:
    store, other = database.connect(), database.connect()
    with suppress(LookupError):
        async with store.transaction():
            await store.pull_brake("1.0", "ten in a row", NOW)
            raise LookupError
    assert [await other.brake(release) for release in ("1.0", "1.1")] == ["ten in a row", None]

    await database.release_brake("1.0")
    assert await other.brake("1.0") is None
    await other.pull_brake("1.0", "again", datetime(2026, 11, 24, tzinfo=UTC))
    assert await store.brake("1.0") == "again"
