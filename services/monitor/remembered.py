"""What Postgres remembers of a registration, as a standing: entries of the timeline, joined as their events are. Pure.

The timeline reads the same topics by another client and keeps what it read in a table, so where the two differ, one of
them has missed something.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from schemas.events import CorrectionRefused, ProvisioningReported, RegistrationHeld
from services.monitor.contribution import OF_CONNECTION, OF_REGISTRATION, held, reached, taken_in
from services.monitor.stage import Stage
from services.monitor.standing import Standing, join

_OF_REGISTRATION = {event.name: stage for event, stage in OF_REGISTRATION.items()}
_OF_CONNECTION = {event.name: stage for event, stage in OF_CONNECTION.items()}


def remembered(entries: Iterable[Sequence[Any]]) -> Stage | None:
    """The stage that these lead to, or None; each is an event's name, time, cycle and connection.

    Of refused corrections, only those that had been held are among them.
    """
    heard = [_standing(*entry) for entry in entries]
    place = join(heard).place if heard else None
    return place and place.stage


def _standing(event: str, at: str, cycle: int | None, connection: int | None) -> Standing:
    at_ms = int(datetime.fromisoformat(at).timestamp() * 1000)
    if event in _OF_REGISTRATION:
        return reached(_OF_REGISTRATION[event], at_ms, cycle=cycle or 1)
    if event in (RegistrationHeld.name, CorrectionRefused.name):
        return held(at_ms, cycle=cycle or 1, over=event == CorrectionRefused.name)
    if event == ProvisioningReported.name:
        return taken_in(at_ms, cycle=cycle or 1, connection=connection or 1)
    if event in _OF_CONNECTION:
        return reached(_OF_CONNECTION[event], at_ms, cycle=cycle or 1, part=connection or 1)
    return Standing(at_ms)
