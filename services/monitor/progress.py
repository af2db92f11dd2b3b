"""How far the view is behind the topics, and whether it still gets on."""

import logging
import time
from collections.abc import Callable, Collection

import faust
from faust.types import TP

from services.monitor.positions import Positions

WELL_S = 300.0
"""How long the view may get nowhere, though records wait or its table is not back, before a restart is better."""

_log = logging.getLogger(__name__)


class Progress:
    """Knows whether the table was brought back, and how many records are not kept yet.

    `current`: all records that were in the topics at the look before last are kept. (While records come there are
    always some that are not.) `ready`: it has been current since it was brought back.
    """

    def __init__(self, app: faust.App, positions: Positions, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._positions = positions
        self._clock = clock
        self._got_on_s = clock()
        self._counted = 0
        self._ends: dict[TP, int] = {}
        self.recovered = False
        self.current = False
        self.ready = False
        self.waiting = 0

    @property
    def well(self) -> bool:
        """Whether the view is up to date or was getting on not long ago."""
        return self._clock() - self._got_on_s < WELL_S

    async def brought_back(self) -> None:
        """Note that the table is restored from its changelog."""
        self.recovered = True

    def lost(self) -> None:
        """The partitions are taken away: the table is partial until they are back."""
        self.recovered = self.current = self.ready = False
        self._ends = {}
        self._positions.forget()

    async def look(self, topics: frozenset[str]) -> None:
        """Count what waits, and read again what does not come; once nothing waited, the view is ready."""
        # Faust knows the committed offsets only once it has looked up those of all partitions.
        if not self.recovered or self._app.rebalancing:
            return
        consumer = self._app.consumer
        places = [place for place in consumer.assignment() if place.topic in topics]
        ends = dict(await consumer.highwaters(*places))
        if not self._positions.begun:
            await self._begin(places)
        if still := self._positions.standing_still(ends, self._clock()):
            await self._begin(places)
        if not self.recovered:
            return
        self.waiting = self._positions.waiting(ends)
        self.current = bool(places) and not self._positions.waiting(self._ends or ends)
        self.ready, self._ends = self.ready or self.current, ends
        if not self.waiting or self._positions.counted > self._counted:
            self._counted, self._got_on_s = self._positions.counted, self._clock()
        for place in still:
            offset = self._positions.next(place)
            if await consumer.position(place) == offset:
                continue  # Nothing is missing: among so many partitions, its turn has not come.
            _log.warning("%s lane %d stands still at %d: read again from there", place.topic, place.partition, offset)
            await consumer.seek(place, offset)
            self._positions.read_again(place)

    async def _begin(self, places: Collection[TP]) -> None:
        # Asked only when it is needed: nothing else that is done for every partition costs as much.
        begins = await self._app.consumer.earliest_offsets(*places)
        if self.recovered:
            self._positions.begin({place: max(begins[place], self._committed(place)) for place in places})

    def _committed(self, place: TP) -> int:
        # Faust has no public name for this, and asking the broker costs a request for each partition.
        committed: dict[TP, int | None] = self._app.consumer._committed_offset  # type: ignore[attr-defined] # noqa: SLF001
        return committed.get(place) or 0
