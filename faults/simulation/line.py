"""What stands between one process and its servers: every call of the store, the transport and the ledger comes by here.

This is where a call waits, fails, loses its reply, or is the last that its process makes.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stream.errors import Deadlocked, StoreUnavailable, StreamError, TransportUnavailable
from stream.memory.disturbance import Disturbance, Moment

if TYPE_CHECKING:
    from faults.simulation.process import Process
    from faults.simulation.world import World

DELAY_S_MAX = 0.2
OUTAGE_PATIENCE_S = 1.0

_ERRORS: dict[str, type[StreamError]] = {"kafka": TransportUnavailable, "database": StoreUnavailable}

_AIM = {
    ("settle", Moment.AFTER): 5,
    ("publish", Moment.BEFORE): 5,
    ("publish", Moment.AFTER): 5,
    ("move", Moment.AFTER): 15,
}
"""Where trouble is likelier: between what was done and who knows of it."""

_FOR_GOOD_S = (8.0, 90.0)
"""A sender that is stopped with a mail begun: until others take over, or until a human has settled its mail."""


class Killed(BaseException):
    """The process is gone. Nothing catches this."""


@dataclass(frozen=True)
class Line:
    """One process's."""

    world: "World"
    process: "Process"

    def to_kafka(self, call: str, moment: Moment) -> Awaitable[None]:
        """A disturbance of the transport."""
        return self._meet("kafka", call, moment)

    def to_database(self) -> Disturbance:
        """A disturbance of the store, the facts or the ledger, each with a connection of its own."""
        return _Connection(self).meet

    def in_database(self, call: str, moment: Moment) -> Awaitable[None]:
        """What a call to the database meets on any connection."""
        return self._meet("database", call, moment)

    async def _meet(self, server: str, call: str, moment: Moment) -> None:
        if self.process.is_dead:
            await asyncio.Future()
        world = self.world
        world.tally.calls.append((world.loop.time(), self.process.name, call, moment))
        if call in ("settle", "move") and moment is Moment.AFTER:
            world.waking.look_for_rows(self.process.service)
        if world.is_down(server, self.process.service):
            await asyncio.sleep(world.random.random() * OUTAGE_PATIENCE_S)
            raise _ERRORS[server]("an outage")
        roll = world.random.random()
        weather = world.weather
        if roll < weather.slow:
            await asyncio.sleep(world.random.random() * DELAY_S_MAX)
        elif weather.trouble and (1 - roll) < weather.trouble * _AIM.get((call, moment), 1):
            await self._trouble(server, call, moment, world.random.random())

    async def _trouble(self, server: str, call: str, moment: Moment, roll: float) -> None:
        weather, tally = self.world.weather, self.world.tally
        if roll < weather.kill_share:
            tally.faults[f"killed {moment} {call}"] += 1
            self.process.kill()
            raise Killed
        if roll < weather.kill_share + weather.stop_share:
            tally.faults[f"stopped {moment} {call}"] += 1
            long = call == "move" and moment is Moment.AFTER
            self.process.stop(self.world.random.choice(_FOR_GOOD_S) if long else self.world.stop_s())
            await asyncio.sleep(0)
        elif moment is Moment.AFTER and weather.has("lost reply"):
            tally.faults[f"reply of {call} lost"] += 1
            raise _ERRORS[server]("the reply was lost")
        elif moment is Moment.BEFORE and call == "settle" and weather.has("deadlock"):
            tally.faults["deadlock"] += 1
            raise Deadlocked("simulated")
        elif moment is Moment.BEFORE and weather.has("failed call"):
            tally.faults[f"{call} failed"] += 1
            raise _ERRORS[server]("simulated")


class _Connection:
    """One to the service's database. A failover ends it: the next one sees what is remembered."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._failovers = self._now()

    async def meet(self, call: str, moment: Moment) -> None:
        await self._line.in_database(call, moment)
        if self._failovers != self._now():
            self._failovers = self._now()
            raise StoreUnavailable("the connection was lost in a failover")

    def _now(self) -> int:
        return self._line.world.failover.counts[self._line.process.service]
