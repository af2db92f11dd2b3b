"""Everything that a batch's decisions rest on: read before, and never read again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from stream.decode import Item
from stream.document import DocumentKey
from stream.errors import RecordError
from stream.horizon import is_forgotten, is_too_old, said_at
from stream.identity import reused_id
from stream.store import Reading, Recorded

TOO_OLD = "TOO_OLD"
FORCED = "FORCED"
"""What the journal says of a record that was decided again in a new epoch."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What was read before anything is decided."""

    reading: Reading
    facts: Any
    now: datetime
    lanes: int
    horizon: timedelta
    blamed: RecordError | None = None
    """Why nothing that is decided about the (one) record of this batch can be kept."""
    shared: Collection[DocumentKey] = frozenset()
    """The documents that other lanes write too, among those that the batch touches."""

    def shared_read(self) -> Mapping[DocumentKey, int]:
        """The revision at which each of them was read; 0 for a missing one."""
        states = self.reading.states
        return {key: states[key].revision if key in states else 0 for key in self.shared}

    def is_too_old(self, item: Item, recorded: Recorded | None = None) -> bool:
        """Whether it may have been handled and forgotten; `recorded` is its entry if it was parked."""
        pruned_up_to = self.reading.pruned_up_to
        if recorded is not None and recorded.reason == TOO_OLD and is_forgotten(said_at(item), pruned_up_to):
            return True
        return is_too_old(item, now=self.now, horizon=self.horizon, pruned_up_to=pruned_up_to)


def ids_of_second_bodies(batch: Sequence[Item], recorded: Mapping[UUID, Recorded]) -> set[UUID]:
    """Ids under which second bodies are recorded: records whose id another body, of batch or journal, already has.

    Of two in the batch both count: their order alone does not tell which is recorded under the id itself, since one
    that is on the wrong lane is not recorded there.
    """
    first = {item.id: item.hash for item in reversed(batch)} | {id_: one.hash for id_, one in recorded.items()}
    shared = {item.id for item in batch if first[item.id] != item.hash}
    return {reused_id(item.id, item.hash) for item in batch if item.id in shared} if shared else set()
