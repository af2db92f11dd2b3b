"""What people bring into the databases by commands and files: policies, found numbers, and who may register whom."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from faults.simulation.scenario import Arrival, Client
from schemas import flow
from services.intake.in_memory import let_in, tell_found

if TYPE_CHECKING:
    from faults.simulation.world import World


class Loads:
    """Whoever loads keeps what was loaded, and loads it again where it was forgotten."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._done: list[tuple[float, Callable[[], None]]] = []

    def arrive(self, arrival: Arrival) -> None:
        """A policy, or the numbers of a registration."""
        self._do(partial(self._arrive, arrival))

    def let_in(self, client: Client) -> None:
        """A processor may register this employer from now on."""
        self._do(partial(self._let_in, client))

    def again(self, since_s: float) -> None:
        """All that was loaded since then."""
        forgotten = [load for at_s, load in self._done if at_s >= since_s]
        self._done = [(at_s, load) for at_s, load in self._done if at_s < since_s]
        for load in forgotten:
            self._do(load)

    def _do(self, load: Callable[[], None]) -> None:
        self._done.append((self._world.loop.time(), load))
        load()

    def _arrive(self, arrival: Arrival) -> None:
        world = self._world
        if arrival.registration is None:
            world.policies.load(arrival.contract, arrival.lhnr, mandate=arrival.mandate)
        else:
            found = (arrival.registration, arrival.contract, arrival.lhnr)
            tell_found(world.databases[flow.INTAKE.name], *found, world.now())
            world.broker.wake(flow.INTAKE.name)
            world.policies.match(*found)
        world.broker.wake("enrichment")

    def _let_in(self, client: Client) -> None:
        let_in(self._world.databases[flow.INTAKE.name], client.row)
        self._world.broker.wake(flow.INTAKE.name)
