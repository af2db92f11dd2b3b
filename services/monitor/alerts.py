"""Which alerts to publish: each once, and one that cannot be published holds up no other."""

import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from schemas.envelope import SOURCE_PREFIX, Envelope
from schemas.events import RegistrationStuck
from schemas.flow import MONITOR
from schemas.ids import derived_event_id
from services.monitor.picture import is_stuck
from services.monitor.stage import Stage
from services.monitor.standing import Place, Standing

SOURCE = SOURCE_PREFIX + MONITOR.name

_log = logging.getLogger(__name__)


class Alerts:
    """Remembers the alerts that this process has published: they come back from their topic only some time later."""

    def __init__(self, silences_s: Mapping[Stage, int]) -> None:
        self._silences_s = silences_s
        self._told: set[str] = set()
        self._unsayable: set[tuple[str, Place]] = set()

    def due(self, standings: Mapping[str, Standing], now: datetime) -> Iterator[tuple[Envelope, RegistrationStuck]]:
        """An alert for each registration that has been at a stage for too long and has none yet."""
        now_ms = int(now.timestamp() * 1000)
        for registration, standing in list(standings.items()):
            place = standing.place
            if place is None or standing.told_ms >= place.since_ms or not is_stuck(place, self._silences_s, now_ms):
                continue
            found = self._said_of(registration, place, now)
            if found is not None and found[0].id not in self._told:
                yield found

    def told(self, envelope: Envelope) -> None:
        """Note that this one is published."""
        self._told.add(envelope.id)

    def _said_of(self, registration: str, place: Place, now: datetime) -> tuple[Envelope, RegistrationStuck] | None:
        try:
            return alert(registration, place, self._silences_s[place.stage], now)
        except ValueError as error:
            # Its time or its cycle is not one that an event can have.
            if (registration, place) not in self._unsayable:
                self._unsayable.add((registration, place))
                since = f"{place.stage} since {place.since_ms} ms"
                _log.error("%s: no event can say that %s is %s", type(error).__name__, registration, since)
            return None


def alert(registration: str, place: Place, silence_s: int, now: datetime) -> tuple[Envelope, RegistrationStuck]:
    """The alert about a registration that has stood at this place for longer than `silence_s`.

    However often it is made, it is the same event under the same id.
    """
    cause = f"{registration}/{place.cycle}/{place.stage}/{place.since_ms}"
    since = datetime.fromtimestamp(place.since_ms / 1000, UTC)
    event = RegistrationStuck(stage=place.stage.value, since=since, cycle=place.cycle, silence_s=silence_s)
    found = derived_event_id(place.since_ms, MONITOR.name, cause, 0)
    return Envelope(found, SOURCE, event.name, event.version, registration, now), event
