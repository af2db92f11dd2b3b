"""Published positions on their way to Kafka, several batches together.

A commit is a request of its own, and while records come one by one it costs the broker as much as their events. A
position that is committed late is never wrong: the records beyond it are recorded and published, and the next holder
of the lane publishes them once more.
"""

from collections.abc import Mapping

from stream.clock import Clock
from stream.record import TopicLane
from stream.transport import Transport


class Commits:
    """Moves the committed offsets at most once every `every_s` seconds, and when told to."""

    def __init__(self, transport: Transport, clock: Clock, every_s: float) -> None:
        self._transport = transport
        self._clock = clock
        self._every_s = every_s
        self._due = 0.0
        self._offsets: dict[TopicLane, int] = {}
        self._generation = -1

    async def add(self, offsets: Mapping[TopicLane, int], generation: int) -> None:
        """Everything up to here is published. Raises Fenced if the group has moved on from this generation."""
        if generation != self._generation:
            self.forget()
            self._generation = generation
        self._offsets.update(offsets)
        if self._clock.monotonic() >= self._due:
            await self.flush()

    async def flush(self) -> None:
        """Commit now whatever is left. Raises Fenced if the group has moved on."""
        if self._offsets:
            await self._transport.commit(self._offsets, self._generation)
            self._offsets = {}
            self._due = self._clock.monotonic() + self._every_s

    def forget(self) -> None:
        """The lanes will be taken over, which finds what was not committed."""
        self._offsets = {}
