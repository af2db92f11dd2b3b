"""What pruning takes of a journal and what it leaves, and what a worker makes of what is gone; of both stores alike."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from databases import Case, Claim, Database
from settlements import HASH, NOW, entry, handled, id_of, parked, recorded_by, row, said, settle, states

from schemas.envelope import Envelope
from schemas.events import RegistrationEnded
from schemas.flow import ENRICHMENT, LANES
from schemas.ids import RegistrationId
from schemas.values import Applicant
from stream.answer import Result
from stream.decode import Received
from stream.document import Gate
from stream.fold import Fold
from stream.known import Known
from stream.lane import lane_of
from stream.record import Record
from stream.service import NOTHING, Emit, Service, no_facts
from stream.store import OutcomeKind, Reading, Row, RowKind, Store

KEY = RegistrationId("key 1")
ANYBODY = Applicant(reference=KEY, email="salaris@example.nl", company_name="Bakkerij De Korst", package="loket")
LINE = NOW + timedelta(days=1)
INSTANT = timedelta(microseconds=1)
FOR_EVER = timedelta(days=99_999)
SERVICE: Service[None] = Service(ENRICHMENT, Case, lambda _case: Emit(), no_facts, others=(Claim, Gate))


async def left(store: Store, *numbers: int) -> list[int]:
    """Which of these entries stand in the journal."""
    return sorted(id_.int for id_ in await recorded_by(store, [id_of(number) for number in numbers]))


async def read(store: Store, number: int) -> Reading:
    return await store.read([id_of(number)], [KEY])


def result(reading: Reading, *, said_at: datetime, row: Row | None = None) -> tuple[Result, str]:
    """What a worker whose horizon has no end makes of entry 1's record."""
    event = RegistrationEnded(applicant=ANYBODY, cycle=1, reason="withdrawn", superseded_by=None, moving_to=None)
    envelope = Envelope("1", "urn:somebody", event.name, 1, KEY, said_at)
    record = Record(event.name, lane_of(KEY, LANES), 0, None, b"{}", ())
    known = Known(reading=reading, facts=None, now=NOW, lanes=LANES, horizon=FOR_EVER)
    fold = Fold(SERVICE, known)
    fold.take(Received(record, row, id_of(1), HASH, KEY, event, envelope), NOTHING)
    (answer,) = fold.answers
    return answer.result, str(answer.reason)


async def test_a_journal_that_was_never_pruned_has_no_line(database: Database) -> None:
    assert (await read(database.connect(), 1)).pruned_up_to is None


async def test_what_was_forgotten_is_parked_however_wide_the_horizon_and_what_is_after_the_line_is_new(
    database: Database,
    store: Store,
) -> None:
    await settle(store, journal=[entry(1)])
    assert result(await read(store, 1), said_at=NOW)[0] is Result.REPEATED
    assert await database.prune(LINE) == 1
    reading = await read(store, 1)
    assert (reading.recorded, reading.pruned_up_to) == ({}, LINE)
    assert result(reading, said_at=NOW) == (Result.PARKED, "TOO_OLD")
    assert result(reading, said_at=LINE - INSTANT) == (Result.PARKED, "TOO_OLD")
    assert result(reading, said_at=LINE)[0] is Result.EMITTED


async def test_what_was_parked_as_forgotten_is_so_again_when_it_is_retried(database: Database, store: Store) -> None:
    assert await database.prune(LINE) == 0
    await settle(store, journal=[parked(1, reason="TOO_OLD")], new_rows=[row(1, KEY)])
    own = Row(id_of(1), 3, KEY, RowKind.PARKED, 1, Record("a", 3, 0, None, b"", ()), HASH, NOW)
    assert result(await read(store, 1), said_at=NOW, row=own) == (Result.PARKED, "TOO_OLD")


async def test_the_line_only_moves_on(database: Database, store: Store) -> None:
    for before in (LINE, NOW):
        await database.prune(before)
        assert (await read(store, 1)).pruned_up_to == LINE


async def test_an_entry_goes_when_it_is_dated_before_the_line(database: Database, store: Store) -> None:
    dates = [LINE - INSTANT, LINE, LINE + INSTANT, NOW - timedelta(days=900)]
    outcomes = [OutcomeKind.EMIT, OutcomeKind.EMIT, OutcomeKind.EMIT, OutcomeKind.IGNORE]
    entries = [
        entry(number, first_at=at, outcome=outcome)
        for number, (at, outcome) in enumerate(zip(dates, outcomes, strict=True), 1)
    ]
    await settle(store, journal=entries)
    assert await database.prune(LINE) == 2
    assert await left(store, 1, 2, 3, 4) == [2, 3]
    assert await database.prune(LINE) == 0


async def test_an_entry_with_a_row_in_the_queue_stays(database: Database, store: Store) -> None:
    await settle(store, journal=[parked(1), parked(2)], new_rows=[row(1, "a", due_at=None)])
    assert await database.prune(LINE) == 1
    assert await left(store, 1, 2) == [1]


async def test_an_entry_that_answers_a_row_stays_until_it_is_published(database: Database, store: Store) -> None:
    await settle(store, journal=[entry(1)])
    await settle(store, new_rows=[row(7, "a", kind=RowKind.MOVED, attempt=0)])
    answer = handled(7, attempt=0)
    await settle(store, answers=[type(answer)(answer.id, 0, id_of(1), handled=True, next_attempt=0)])
    assert await database.prune(LINE) == 0
    (unpublished,) = await store.unpublished([3])
    assert unpublished.messages == (said(1),)
    await store.forget([unpublished])
    assert await database.prune(LINE) == 1


async def test_a_row_whose_answer_is_gone_has_nothing_left_to_publish(store: Store) -> None:
    await settle(store, new_rows=[row(7, "a", kind=RowKind.MOVED, attempt=0)])
    answer = handled(7, attempt=0)
    await settle(store, answers=[type(answer)(answer.id, 0, UUID(int=99), handled=True, next_attempt=0)])
    (unpublished,) = await store.unpublished([3])
    assert (unpublished.row_id, unpublished.messages) == (id_of(7), ())


@pytest.mark.parametrize(
    ("document", "gone"),
    [
        (Case(due_at=NOW), 0),
        (Case(waits_for=("a gate",)), 0),
        (Case(note="neither"), 1),
        (Claim(), 1),
        (Claim(due_at=NOW), 0),
        (None, 1),
    ],
    ids=["due", "waiting", "at rest", "of another kind at rest", "of another kind due", "never written"],
)
async def test_an_entry_stays_while_a_document_of_its_subject_waits(
    document: Case | Claim | None,
    gone: int,
    database: Database,
    store: Store,
) -> None:
    others = {"another": Case(due_at=NOW), "a gate": Gate(open=True)}
    await settle(store, journal=[entry(1)], states=states(**{KEY: document, **others}))
    assert await database.prune(LINE) == gone


async def test_a_wake_up_that_was_answered_is_not_queued_again_because_of_pruning(database: Database) -> None:
    store = database.connect()
    await settle(store, states=states(**{KEY: Case(due_at=NOW)}))
    assert await store.tick([3], NOW) == 1
    (woken,) = await store.due([3], NOW, 9)
    await settle(store, journal=[entry(woken.id.int, subject=KEY)], answers=[handled(woken.id.int, attempt=0)])
    await store.forget(await store.unpublished([3]))
    assert await database.prune(LINE) == 0
    assert await store.tick([3], NOW) == 0


async def test_an_entry_that_was_tried_again_stays(database: Database, store: Store) -> None:
    await settle(store, journal=[parked(1)])
    await settle(store, journal=[entry(1, attempt=2)])
    assert await database.prune(LINE) == 0
