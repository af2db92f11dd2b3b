"""How far the view is behind the topics."""

import faust
from faust.types import TP


class Progress:
    """Knows whether the table was brought back, and how many records are not settled yet."""

    def __init__(self, app: faust.App) -> None:
        self._app = app
        self.recovered = False
        self.ready = False
        self.waiting = 0

    def lost(self) -> None:
        """The partitions are taken away: the table is partial until they are back."""
        self.recovered = self.ready = False

    async def look(self, settled: dict[TP, int], topics: frozenset[str]) -> None:
        """Count what waits; once there was nothing, the view is ready."""
        if not self.recovered:
            return
        consumer = self._app.consumer
        places = [place for place in consumer.assignment() if place.topic in topics]
        ends = await consumer.highwaters(*places)
        begins = await consumer.earliest_offsets(*places)
        # Faust has no public name for what is committed, and asking the broker costs a request for each partition.
        committed: dict[TP, int | None] = consumer._committed_offset  # type: ignore[attr-defined] # noqa: SLF001
        self.waiting = sum(
            max(0, ends[one] - max(settled.get(one, 0), committed.get(one) or 0, begins[one])) for one in places
        )
        self.ready = self.ready or (bool(places) and self.waiting == 0)
