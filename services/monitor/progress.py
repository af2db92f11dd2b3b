"""How far the view is behind the topics, and whether it still gets on."""

import logging
import time
from collections.abc import Callable

import faust
from faust.types import TP

from .positions import Positions

WELL_S = 300.0
"""How long nothing may be kept while records wait, or the table is not back, before a restart is the better way."""

_log = logging.getLogger(__name__)


class Progress:
    """Knows whether the table was brought back, and how many records are not kept yet."""

    def __init__(self, app: faust.App, positions: Positions, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._positions = positions
        self._clock = clock
        self._got_on_s = clock()
        self._counted = 0
        self.recovered = False
        self.ready = False
        self.waiting = 0

    @property
    def well(self) -> bool:
        """Whether the view is up to date or was getting on not long ago."""
        return self._clock() - self._got_on_s < WELL_S

    def lost(self) -> None:
        """The partitions are taken away: the table is partial until they are back."""
        self.recovered = self.ready = False
        self._positions.forget()

    async def look(self, topics: frozenset[str]) -> None:
        """Count what waits, and read again what does not come; once nothing waited, the view is ready."""
        # Where a partition stood is known when the last of them was looked up.
        if not self.recovered or self._app.rebalancing:
            return
        consumer = self._app.consumer
        places = [place for place in consumer.assignment() if place.topic in topics]
        ends = await consumer.highwaters(*places)
        begins = await consumer.earliest_offsets(*places)
        if not self.recovered:
            return
        self._positions.begin({place: max(begins[place], self._committed(place)) for place in places})
        self.waiting = self._positions.waiting(ends)
        self.ready = self.ready or (bool(places) and self.waiting == 0)
        if not self.waiting or self._positions.counted > self._counted:
            self._counted, self._got_on_s = self._positions.counted, self._clock()
        for place, offset in self._positions.standing_still(ends, self._clock()).items():
            _log.warning("%s lane %d stands still at %d: read again from there", place.topic, place.partition, offset)
            await consumer.seek(place, offset)

    def _committed(self, place: TP) -> int:
        # Faust has no public name for this, and asking the broker costs a request for each partition.
        committed: dict[TP, int | None] = self._app.consumer._committed_offset  # type: ignore[attr-defined] # noqa: SLF001
        return committed.get(place) or 0
