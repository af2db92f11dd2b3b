"""Who needs which permission in Kafka: derived from the flow, and nothing beyond its needs.

A principal is named after its party, and so is a consuming party's group. The right to read or write a topic includes
describing it, and an idempotent producer needs no permission of its own.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from schemas.flow import BACK_OFFICE, FLOW, MONITOR, OPERATORS
from schemas.topics import all_topics, event_topics

Operation = Literal["Read", "Write", "Describe"]
Resource = Literal["topic", "group"]


class Permission(NamedTuple):
    """One access rule of Kafka's: who may do what with which topic or group, from any host."""

    principal: str
    operation: Operation
    resource: Resource
    name: str


def permissions() -> tuple[Permission, ...]:
    """Every permission, by principal in the order of the flow; deny everything else."""
    parties = [party.name for party in FLOW]
    found = dict.fromkeys((*_of_topics(), *_of_groups(), *_of_operators()))
    return tuple(sorted(found, key=lambda permission: parties.index(permission.principal)))


def _of_topics() -> Iterator[Permission]:
    for topic in all_topics():
        yield from (Permission(name, "Read", "topic", topic.name) for name in topic.consumers)
        yield from (Permission(name, "Write", "topic", topic.name) for name in topic.producers)


def _of_groups() -> Iterator[Permission]:
    for party in FLOW:
        if party.consumes:
            yield Permission(party.name, "Read", "group", party.name)


def _of_operators() -> Iterator[Permission]:
    """The commands read every event, see how far everybody has read, and publish the back office's reviews.

    The live view's group is left out: nothing depends on what it has read.
    """
    for topic in event_topics():
        yield Permission(OPERATORS.name, "Read", "topic", topic.name)
    for event in BACK_OFFICE.emits:
        yield Permission(OPERATORS.name, "Write", "topic", event.name)
    for party in FLOW:
        if party.consumes and party is not MONITOR:
            yield Permission(OPERATORS.name, "Describe", "group", party.name)
