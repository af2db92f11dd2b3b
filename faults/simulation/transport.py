"""The transport in memory, with what a producer does that was given up on: its batch is written all the same, later."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stream.errors import TransportUnavailable
from stream.memory.transport import MemoryTransport
from stream.record import Message, TopicLane

if TYPE_CHECKING:
    from faults.simulation.world import World

_LATE_S_MAX = 10.0
_LATE = 3


class SimulatedTransport(MemoryTransport):
    """As its parent; a late write is what the real one's idempotent producer does after an outage."""

    world: "World"

    async def publish(self, messages: Sequence[Message]) -> None:
        """Write them, or raise and write them later."""
        world = self.world
        if world.weather.has("late write") and world.random.random() < world.weather.trouble * _LATE:
            world.tally.faults["publish given up and written later"] += 1
            world.loop.outside(world.random.random() * _LATE_S_MAX, lambda: self._write(messages))
            raise TransportUnavailable("given up")
        await super().publish(messages)

    def _write(self, messages: Sequence[Message]) -> None:
        for message in messages:
            place = TopicLane(message.topic, message.lane)
            self.world.broker.write(place, message.key.encode(), message.value, message.headers)
