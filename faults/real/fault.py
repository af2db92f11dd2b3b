"""A fault as a value: what it is called, how it is made, how often."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from faults.real.scene import Scene

Inject = Callable[[Scene], Awaitable[None]]
"""Makes the fault happen, and returns at the moment from which recovery counts: a death, or the end of an outage."""


class Ground(StrEnum):
    """On what sandbox a fault is made: on how many nodes of Kafka, and on what of its own."""

    ONE_NODE = "one-node"
    THREE_NODES = "three-nodes"
    SMALL_DISKS = "small-disks"
    OWN_NETWORK = "own-network"
    OWN_NETWORK_THREE_NODES = "own-network-three-nodes"

    @property
    def nodes(self) -> int:
        """How many nodes of Kafka it has."""
        return 3 if self in {Ground.THREE_NODES, Ground.OWN_NETWORK_THREE_NODES} else 1

    @property
    def has_network(self) -> bool:
        """Whether it has a network of its own, whose packets can be lost."""
        return self in {Ground.OWN_NETWORK, Ground.OWN_NETWORK_THREE_NODES}

    @property
    def needs_root(self) -> bool:
        """Whether it takes root's rights, so that it is made only when asked for."""
        return self.has_network or self is Ground.SMALL_DISKS


@dataclass(frozen=True, slots=True)
class Fault:
    """`times` in a full run, `quick` of them in the one that `make test` does.

    `uncertain`: it may leave mails of which nobody can know whether they were accepted. `failed`: it makes the mail
    server refuse mails for good, which the ledger has to show.
    """

    name: str
    inject: Inject
    times: int
    quick: int = 0
    uncertain: bool = False
    failed: bool = False
    ground: Ground = Ground.ONE_NODE
