"""A worker in memory: one service on a broker and a database that others may share."""

from typing import Any

from stream.clock import Clock
from stream.limits import Limits
from stream.memory.broker import MemoryBroker
from stream.memory.store import MemoryDatabase, MemoryStore
from stream.memory.transport import MemoryTransport
from stream.service import Service
from stream.transport import Membership
from stream.worker import Listener, Worker

AT_ONCE = Limits(poll_s=0, tick_s=0)
"""Never wait: whatever can be done is done in the next round."""


def worker_in_memory(
    service: Service[Any],
    broker: MemoryBroker,
    database: MemoryDatabase,
    clock: Clock,
    listener: Listener = lambda _: None,
) -> Worker:
    """A worker of this service that has not joined its group yet (`worker.transport.start()` does)."""
    transport = MemoryTransport(broker, Membership.of(service.party), clock)
    return Worker(service, transport, MemoryStore(database), clock, "1", broker.lanes, listener, AT_ONCE)
