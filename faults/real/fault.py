"""A fault as a value: what it is called, how it is made, how often."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from faults.real.scene import Scene

Inject = Callable[[Scene], Awaitable[None]]
"""Makes the fault happen, and returns at the moment from which recovery counts: a death, or the end of an outage."""


class Ground(StrEnum):
    """On what sandbox a fault is made. `ROOT` needs the rights of root, and is made only when asked for."""

    ONE_NODE = "one-node"
    THREE_NODES = "three-nodes"
    ROOT = "root"


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
