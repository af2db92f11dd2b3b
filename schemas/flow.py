"""READ FIRST: the stages in order. Topics, consumer groups, the README's diagram and access rules derive from it."""

from dataclasses import dataclass

from .event import Event
from .events import (
    CustomerActionNeeded,
    DeadLettered,
    FormReceived,
    LinkRealised,
    PolicyAwaited,
    PolicyEnriched,
    ProvisioningRefused,
    ProvisioningReported,
    ProvisioningRequested,
    RegistrationRejected,
    RegistrationSubmitted,
    RegistrationSubmittedV1,
)

EventType = type[Event]

LANES = 12
"""Partitions of every topic; a registration's lane is its key's partition. Changed only after a drain."""


@dataclass(frozen=True)
class Stage:
    """A party, the events it consumes and those it emits (in the version it writes)."""

    name: str
    consumes: tuple[EventType, ...]
    emits: tuple[EventType, ...]
    ours: bool = True


WEB_FORMS = Stage("web-forms", (), (FormReceived,), ours=False)
INTAKE = Stage("intake", (FormReceived, ProvisioningRefused), (RegistrationSubmitted, RegistrationRejected))
ENRICHMENT = Stage("enrichment", (RegistrationSubmitted,), (PolicyEnriched, PolicyAwaited))
PROVISIONING = Stage(
    "provisioning",
    (PolicyEnriched, ProvisioningReported),
    (ProvisioningRequested, LinkRealised, CustomerActionNeeded, ProvisioningRefused),
)
KEYLANE = Stage("keylane", (ProvisioningRequested,), (ProvisioningReported,), ours=False)
NOTIFIER = Stage("notifier", (LinkRealised, CustomerActionNeeded, ProvisioningRefused, RegistrationRejected), ())

FLOW = (WEB_FORMS, INTAKE, ENRICHMENT, PROVISIONING, KEYLANE, NOTIFIER)
SERVICES = tuple(stage for stage in FLOW if stage.ours)

VERSIONS: tuple[EventType, ...] = (
    FormReceived,
    RegistrationSubmittedV1,
    RegistrationSubmitted,
    RegistrationRejected,
    PolicyEnriched,
    PolicyAwaited,
    ProvisioningRequested,
    ProvisioningReported,
    LinkRealised,
    CustomerActionNeeded,
    ProvisioningRefused,
    DeadLettered,
)
"""Every version that was ever written, oldest first per event; all are read for ever."""

BATCH_BYTES_MAX = 1_048_588
"""The largest batch, inflated and with its headers, that a topic takes: Kafka's own default, held fast.

Publishers batch by this (librdkafka up to a megabyte), so a single record can be larger than what is read of it
(schemas/codec.py): such a one is parked with its bytes.
"""

_DAY_MS = 86_400_000


@dataclass(frozen=True)
class Topic:
    """One event's topic. `DeadLettered` is the only one with several producers."""

    name: str
    partitions: int
    retention_ms: int
    producers: tuple[str, ...]
    consumers: tuple[str, ...]

    @property
    def settings(self) -> dict[str, str]:
        """Its settings as Kafka names them.

        Uncompressed: the broker inflates what comes and refuses a batch that is too large then, so that nobody's
        few bytes become a hundred megabytes in a reader.
        """
        return {
            "retention.ms": str(self.retention_ms),
            "compression.type": "uncompressed",
            "max.message.bytes": str(BATCH_BYTES_MAX),
        }


def topics() -> tuple[Topic, ...]:
    """Every topic of the flow, in the order of the stages."""
    names = dict.fromkeys(event.name for event in VERSIONS)
    return tuple(_topic(name) for name in names)


def _topic(name: str) -> Topic:
    producers = tuple(stage.name for stage in FLOW if name in {event.name for event in stage.emits})
    consumers = tuple(stage.name for stage in FLOW if name in {event.name for event in stage.consumes})
    if name == DeadLettered.name:
        producers = tuple(stage.name for stage in SERVICES)
    # A wrongly clear secret can stand in a form only: its topic forgets soon.
    retention_ms = 7 * _DAY_MS if name == FormReceived.name else 400 * _DAY_MS
    return Topic(name, LANES, retention_ms, producers, consumers)


def diagram() -> str:
    """The flow as Mermaid, for the README."""
    lines = ["flowchart LR"]
    lines += [f'  {stage.name}["{stage.name}"]' if stage.ours else f"  {stage.name}([{stage.name}])" for stage in FLOW]
    lines += [
        f"  {producer.name} -- {event.__name__} --> {consumer.name}"
        for producer in FLOW
        for event in producer.emits
        for consumer in FLOW
        if event.name in {consumed.name for consumed in consumer.consumes}
    ]
    return "\n".join(lines)
