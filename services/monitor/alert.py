"""The alert that a registration is stuck: the same event, under the same id, however often it is worked out. Pure."""

from datetime import UTC, datetime

from schemas.envelope import Envelope
from schemas.events import RegistrationStuck
from schemas.flow import MONITOR
from schemas.ids import derived_event_id
from services.monitor.standing import Place

SOURCE = f"urn:salariskoppeling:{MONITOR.name}"


def alert(registration: str, place: Place, silence_s: int, now: datetime) -> tuple[Envelope, RegistrationStuck]:
    """What is said of a registration that has stood at this place for longer than `silence_s`."""
    cause = f"{registration}/{place.cycle}/{place.stage}/{place.since_ms}"
    since = datetime.fromtimestamp(place.since_ms / 1000, UTC)
    event = RegistrationStuck(stage=place.stage.value, since=since, cycle=place.cycle, silence_s=silence_s)
    found = derived_event_id(place.since_ms, MONITOR.name, cause, 0)
    return Envelope(found, SOURCE, event.name, event.version, registration, now), event
