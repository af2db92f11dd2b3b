"""Any history has the same course in memory and on Postgres: what is simulated is what runs."""

import random
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from databases import Case, InMemory, OnPostgres
from real import empty
from settlements import LATER, NOW, blocked, entry, parked, recorded_by, row, said, settle, states

from sandbox.running import RunningSandbox
from stream.document import DocumentKey, Gate
from stream.errors import StreamError
from stream.store import Row, RowAnswer, RowKind, StateRow, Store

STEPS = 40
KEYS = ("a", "b", "c")
GATES = ("g", "h")
TIMES = (NOW - timedelta(1), NOW, LATER)

Act = Callable[[Store], Any]


class History:
    """Draws what happens next; the same for each store, which then picks rows by their place in its own answers."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._number = 0

    def next(self) -> Act:
        return self._random.choice([self._queue, self._answer, self._answer, self._forget, self._save, self._gate])()

    def _queue(self) -> Act:
        rows = []
        for _ in range(self._random.randint(1, 3)):
            self._number += 1
            kind = self._random.choice([RowKind.PARKED, RowKind.QUEUED, RowKind.MOVED])
            due_at = self._random.choice([*TIMES, None])
            blocks = self._random.random() < 0.7
            rows.append(row(self._number, self._random.choice(KEYS), kind=kind, due_at=due_at, blocks=blocks))
        entries = [parked(new.id.int) for new in rows if new.kind is not RowKind.MOVED]
        return lambda store: settle(store, journal=entries, new_rows=rows)

    def _answer(self) -> Act:
        limit, pick = self._random.randint(1, 6), [self._random.random() for _ in range(6)]
        due_at = self._random.choice([*TIMES, None])
        late = self._random.random() < 0.1

        async def answer(store: Store) -> list[str]:
            taken = await store.due([3], NOW, limit)
            recorded = await recorded_by(store, [found.id for found in taken])
            journal, answers = [], []
            for found, chance in zip(taken, pick, strict=False):
                attempt = recorded[found.id].attempt + 1 if found.id in recorded else 1
                done = chance < 0.6
                messages = (said(found.record.offset, attempt),) if done else ()
                journal.append((entry if done else parked)(found.id.int, attempt=attempt, messages=messages))
                answers.append(answer_to(found, handled=done, due_at=due_at))
            await settle(store, journal=journal, answers=answers)
            if late:
                await settle(store, answers=answers)
            return [shown(found) for found in taken]

        return answer

    def _forget(self) -> Act:
        share = self._random.random()

        async def forget(store: Store) -> int:
            unpublished = await store.unpublished([3])
            await store.forget(unpublished[: int(len(unpublished) * share + 0.5)])
            return len(unpublished)

        return forget

    def _save(self) -> Act:
        waits_for = tuple(self._random.sample(GATES, self._random.randint(0, 2)))
        document = Case(due_at=self._random.choice([*TIMES, None]), waits_for=waits_for)
        saved = states(**{self._random.choice(KEYS): document})
        return lambda store: settle(store, states=saved)

    def _gate(self) -> Act:
        self._number += 1
        gate = StateRow(Gate(open=self._random.random() < 0.5), revision=self._number)
        name = DocumentKey("gate", self._random.choice(GATES))
        return lambda store: settle(store, states={name: (9, gate)})


def answer_to(found: Row, *, handled: bool, due_at: Any) -> RowAnswer:
    later = found.attempt if handled else found.attempt + 1
    return RowAnswer(found.id, found.attempt, found.id, handled=handled, next_attempt=later, due_at=due_at)


def shown(found: Row) -> str:
    """A row without its id, which for a wake-up is each store's own."""
    return f"{found.key}/{found.kind}/{found.attempt}/{found.record.offset}"


async def seen(store: Store, act: Act) -> list[object]:
    """What comes of it, and what the worker would see after it."""
    try:
        result = await act(store)
    except StreamError as error:
        result = type(error)
    queued = await store.tick([3], NOW)
    due = await store.due([3], NOW, 100)
    unpublished = [(found.next_attempt, found.handled, found.messages) for found in await store.unpublished([3])]
    held_up = [sorted(await blocked(store, KEYS, [found.id for found in due[:taken]])) for taken in (0, 1, 100)]
    return [result, queued, [shown(found) for found in due], unpublished, held_up]


@pytest.fixture
async def postgres(sandbox: RunningSandbox, intake_url: str) -> AsyncIterator[OnPostgres]:
    empty(sandbox, "intake")
    found = OnPostgres(intake_url)
    yield found
    await found.close()


@pytest.mark.parametrize("seed", range(10))
async def test_any_history_has_the_same_course(seed: int, postgres: OnPostgres) -> None:
    stores = InMemory().connect(), postgres.connect()
    history = History(seed)
    for _ in range(STEPS):
        act = history.next()
        assert await seen(stores[0], act) == await seen(stores[1], act)
