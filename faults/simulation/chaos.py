"""What is scheduled to go wrong with whole processes and servers, beside what goes wrong call by call."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faults.simulation.process import Process
    from faults.simulation.world import World

OUTAGE_S = (0.5, 3.0, 8.0)
PAUSE_S = (1.0, 5.0, 60.0)
CLOCK_JUMPS_S = (-86_400.0, -60.0, -1.0, 1.0, 60.0)
"""A clock set back after it ran ahead delays what it dated meanwhile by as much: no more than is waited for."""


@dataclass(frozen=True)
class Chaos:
    """The scheduled part of a seed's weather."""

    world: "World"

    def begin(self) -> None:
        """Schedule it."""
        weather, random = self.world.weather, self.world.random
        acts = [act for kind, act in self._acts().items() if weather.has(kind)]
        for _ in range(weather.scheduled if acts else 0):
            self.world.loop.outside(random.random() * weather.ends_at_s, random.choice(acts))

    def _acts(self) -> dict[str, Callable[[], None]]:
        return {
            "kill": self._kill,
            "stop": self._stop,
            "restart": self._restart,
            "rebalance": self._rebalance,
            "kafka outage": self._kafka_outage,
            "database outage": self._database_outage,
            "smtp outage": self._smtp_outage,
            "clock jump": self._clock_jump,
            "pause": self._pause,
            "older database": self._older_database,
        }

    def _somebody(self) -> "Process | None":
        up = [process for process in self.world.processes if process.is_up]
        return self.world.random.choice(up) if up else None

    def _kill(self) -> None:
        if process := self._somebody():
            self._count("killed at any time")
            process.kill()

    def _stop(self) -> None:
        if process := self._somebody():
            self._count("stopped at any time")
            process.stop(self.world.stop_s())

    def _restart(self) -> None:
        if process := self._somebody():
            self._count("rolling restart")
            process.terminate()

    def _rebalance(self) -> None:
        self._count("rebalance")
        self.world.broker.rebalance(self.world.random.choice(tuple(self.world.databases)))

    def _kafka_outage(self) -> None:
        self._count("kafka outage")
        self.world.broker.down_until_s = self._until()

    def _database_outage(self) -> None:
        self._count("database outage")
        service = self.world.random.choice(tuple(self.world.databases))
        self.world.database_down_until_s[service] = self._until()

    def _smtp_outage(self) -> None:
        self._count("smtp outage")
        self.world.smtp.go_down(self._until())

    def _clock_jump(self) -> None:
        if process := self._somebody():
            self._count("clock jump")
            process.set_clock(timedelta(seconds=self.world.random.choice(CLOCK_JUMPS_S)))

    def _pause(self) -> None:
        self._count("paused by an operator")
        service = self.world.random.choice(tuple(self.world.databases))
        self.world.databases[service].tables.pause()
        self.world.loop.outside(self.world.random.choice(PAUSE_S), lambda: self._resume(service))

    def _resume(self, service: str) -> None:
        self.world.databases[service].tables.paused = False

    def _older_database(self) -> None:
        self._count("database came back older")
        services = tuple(self.world.databases)
        one = self.world.random.choice(services)
        self.world.failover.begin(services if self.world.random.random() < 1 / 2 else (one,))

    def _until(self) -> float:
        return self.world.loop.time() + self.world.random.choice(OUTAGE_S)

    def _count(self, fault: str) -> None:
        self.world.tally.faults[fault] += 1
