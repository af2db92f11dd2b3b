"""The topics that the flow needs, with who may write and read them and how long they keep what."""

from dataclasses import dataclass

from schemas.events import DeadLettered, FormReceived
from schemas.flow import FLOW, LANES, MONITOR, SERVICES
from schemas.versions import VERSIONS

BATCH_BYTES_MAX = 1_048_588
"""The largest batch, inflated and with its headers, that a topic takes: Kafka's own default, held fast.

Publishers batch by this (librdkafka up to a megabyte), so a single record can be larger than what is read of it
(schemas/codec.py): such a one is parked with its bytes.
"""

COMPACTED_SEGMENT_BYTES = 4 * 1024 * 1024
"""Kafka compacts all but the newest segment of a lane. By its own default that one grows to 1 GB, and all of it is read
when a table is brought back."""

_DAY_MS = 86_400_000


@dataclass(frozen=True)
class Topic:
    """One event's topic, or a table's. `DeadLettered` is the only one with several producers.

    `retention_ms` is None where each key's newest record is kept for good.
    """

    name: str
    partitions: int
    retention_ms: int | None
    producers: tuple[str, ...]
    consumers: tuple[str, ...]

    @property
    def settings(self) -> dict[str, str]:
        """Its settings as Kafka names them.

        Uncompressed: the broker inflates what comes and refuses a batch that is too large then, so that nobody's
        few bytes become a hundred megabytes in a reader.
        """
        newest_only = {"cleanup.policy": "compact", "segment.bytes": str(COMPACTED_SEGMENT_BYTES)}
        kept = newest_only if self.retention_ms is None else {"retention.ms": str(self.retention_ms)}
        return {**kept, "compression.type": "uncompressed", "max.message.bytes": str(BATCH_BYTES_MAX)}


def event_topics() -> tuple[Topic, ...]:
    """Every topic of the flow, in the order of the parties."""
    names = dict.fromkeys(event.name for event in VERSIONS)
    return tuple(_topic(name) for name in names)


def _topic(name: str) -> Topic:
    producers = tuple(party.name for party in FLOW if name in {event.name for event in party.emits})
    consumers = tuple(party.name for party in FLOW if name in {event.name for event in party.consumes})
    if name == DeadLettered.name:
        producers = tuple(party.name for party in SERVICES)
    # Short for forms, as only a form can have a secret in clear by mistake.
    retention_ms = 7 * _DAY_MS if name == FormReceived.name else 400 * _DAY_MS
    return Topic(name, LANES, retention_ms, producers, consumers)


MONITOR_TABLE = f"{MONITOR.name}-registrations-changelog"
"""Where the live view keeps its table between starts: the newest value of each key. Read by nobody else."""


def all_topics() -> tuple[Topic, ...]:
    """The flow's, and the one that holds a table and no event: it is no part of the flow, and made together with it."""
    return (*event_topics(), Topic(MONITOR_TABLE, LANES, None, (MONITOR.name,), (MONITOR.name,)))
