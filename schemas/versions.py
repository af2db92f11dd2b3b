"""The versions of every event. Their models stand in `events`, their schemas in `released`."""

import sys

from schemas.event import Event, EventType
from schemas.events import DeadLettered
from schemas.flow import FLOW


def _versions_of(event: EventType) -> list[EventType]:
    """The events that the module of this one defines: it in all its versions, oldest first."""
    module = sys.modules[event.__module__]
    public = [one for name, one in vars(module).items() if not name.startswith("_") and isinstance(one, type)]
    versions = [one for one in public if issubclass(one, Event) and one.__module__ == module.__name__]
    return sorted(versions, key=lambda one: one.version)


_NEWEST: tuple[EventType, ...] = (*(event for party in FLOW for event in party.emits), DeadLettered)

VERSIONS: tuple[EventType, ...] = tuple(version for event in _NEWEST for version in _versions_of(event))
"""Every version that was ever written, in the order of the parties, oldest first per event; all are read for ever."""
