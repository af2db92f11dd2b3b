"""What a service would decide about records now, by its own rules and documents; nothing is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.flow import LANES
from stream.answer import Result
from stream.clock import Clock
from stream.decode import Received, decode
from stream.document import DocumentKey
from stream.fold import Fold
from stream.known import Known
from stream.new_row import replay_row
from stream.service import Service
from stream.store import Reading, StateRow, Store
from stream.touched_documents import named_documents

_EPOCH, _REPLAY = 2**31 - 1, UUID(int=0)
"""An epoch and a replay that no forced replay has: otherwise the journal would give what an earlier one decided."""

LEFT_MAX = 20_000
"""How many changed documents are remembered; of more, those that changed first are read as they are in the database."""


@dataclass
class Rehearsed:
    """Counts of records and of what would come of them: `ignored` and `parked` by reason, the events `said` by topic.

    `speaking` records would publish an event or plan a mail; of `silent` ones only documents would change.
    """

    records: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    parked: Counter[str] = field(default_factory=Counter)
    silent: int = 0
    speaking: int = 0
    said: Counter[str] = field(default_factory=Counter)
    effects: int = 0


class Rehearsal:
    """Rehearses all records of a range in order: each is decided on the documents as those before would leave them."""

    def __init__(self, service: Service[Any], store: Store, clock: Clock, horizon: timedelta) -> None:
        self._service = service
        self._store = store
        self._clock = clock
        self._horizon = horizon
        self._left: dict[DocumentKey, StateRow] = {}
        self.so_far = Rehearsed()

    async def rehearse(self, records: Sequence[Received]) -> None:
        """Decide about these, and count."""
        now = self._clock.now()
        items = [_forced(item, now) for item in records]
        named = await named_documents(self._service, self._store, items)
        own = {DocumentKey(self._service.main.kind, item.subject) for item in items}
        reading = await self._store.read(documents=own.union(*(touched.documents for touched in named)))
        facts = await self._service.facts([item.concern for item in items])
        # Whatever waits in the queue before them counts as done: the plan is about these records alone.
        nothing = Reading(recorded={}, blocked={}, states={}, pruned_up_to=None)
        known = Known(reading=nothing, facts=facts, now=now, lanes=LANES, horizon=self._horizon)
        self.so_far.records += len(items)
        for item, touched in zip(items, named, strict=True):
            keys = {DocumentKey(self._service.main.kind, item.subject), *touched.documents}
            states = {key: state for key in keys if (state := self._left.get(key) or reading.states.get(key))}
            fold = Fold(self._service, replace(known, reading=nothing._replace(states=states)))
            fold.take(item, touched)
            self._count(fold)
        for key in list(self._left)[:-LEFT_MAX]:
            del self._left[key]

    def _count(self, fold: Fold) -> None:
        found = self.so_far
        (answer,) = fold.answers
        settlement = fold.settlement([])
        self._left |= {key: state for key, (_, state) in settlement.states.items()}
        match answer.result:
            case Result.IGNORED:
                found.ignored[answer.reason] += 1
            case Result.EMITTED:
                found.said.update(message.topic for message in fold.messages)
                found.effects += len(settlement.effects)
                speaks = bool(fold.messages or settlement.effects)
                found.speaking += speaks
                found.silent += not speaks
            case _:
                found.parked[answer.reason] += 1


def _forced(item: Received, now: datetime) -> Received:
    forced = decode(item.record, replay_row(item, _REPLAY, now, LANES, effect_epoch=_EPOCH))
    if not isinstance(forced, Received):
        raise TypeError(forced)
    return forced
