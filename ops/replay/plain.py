"""A replay without force: a record that the journal knows gets the answer that was recorded."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from ops.replay.fate import Fate, Settled, fate_lines, fate_of, is_read
from ops.replay.queue import settled, what_service_knows
from ops.replay.replays import Replay
from ops.servers.administrator import Database
from schemas.flow import LANES
from stream.decode import Item
from stream.new_row import replay_row
from stream.store import Row


class Plain:
    """Brings records to one service. `topic` is named in the plan, if given. See `Bringing`."""

    def __init__(self, database: Database, service: str, horizon: timedelta, topic: str = "") -> None:
        self._database = database
        self._horizon = horizon
        self._service = service
        self._topic = topic
        self._fates: Counter[Fate] = Counter()
        self.settled: Settled = {}
        """How far the service had read at the last `plan`."""

    async def plan(self, items: Sequence[Item]) -> None:
        """Count what would come of these."""
        known = await what_service_knows(self._database, self._service, items)
        self.settled = known.settled
        now = datetime.now(UTC)
        self._fates.update(fate_of(item, known, now, self._horizon) for item in items)

    @property
    def total(self) -> int:
        """How many records were planned."""
        return self._fates.total()

    def lines(self) -> Iterator[str]:
        """The plan in words."""
        return fate_lines(self._service, self._fates, self._topic)

    async def rows(self, items: Sequence[Item], replay: Replay) -> list[Row]:
        """The rows that bring these, without records that the service has not read yet."""
        now, read = datetime.now(UTC), await settled(self._database, self._service)
        rows = [replay_row(item, replay.id, now, LANES) for item in items if is_read(item, read)]
        return list({row.id: row for row in rows}.values())
