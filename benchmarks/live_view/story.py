"""The events of one registration, from its form to its link: the examples, made to be about that registration."""

from collections.abc import Iterator
from datetime import datetime

from sandbox.batches import Record
from schemas import codec
from schemas.envelope import to_headers
from schemas.events import FormReceived
from schemas.example import examples
from schemas.flow import LANES
from schemas.ids import registration_id
from stream.lane import lane_of

_STEPS = (
    "form-received.v3/loket-self-managed",
    "registration-submitted.v3/numbers-missing",
    "policy-enriched.v3/with-pensioenwet",
    "provisioning-requested.v2/loket",
    "provisioning-reported.v1/accepted",
    "provisioning-reported.v1/configured",
    "link-realised.v2/by-the-rule",
)
EVENTS = len(_STEPS)
"""How many events there are about one registration."""


Said = tuple[str, int, Record]
"""One record as it is published, with its topic and lane."""


class Story:
    """Makes the events of a registration by its number: the same number, the same registration."""

    def __init__(self) -> None:
        found = {example.name: example for example in examples()}
        self._steps = [codec.decode(found[name].event.name, found[name].headers, found[name].value) for name in _STEPS]
        self._values = [step.event.to_json() for step in self._steps]

    def of(self, number: int, at: datetime) -> Iterator[Said]:
        """All that is said of this registration, in order, as if it were said at this moment."""
        submission = f"benchmark-{number}"
        registration = registration_id(self._steps[0].envelope.source, submission)
        lane = lane_of(registration, LANES)
        for place, ((envelope, event), value) in enumerate(zip(self._steps, self._values, strict=True)):
            headed = envelope._replace(id=f"{submission}-{place}", subject=registration, time=at)
            if isinstance(event, FormReceived):
                value = event.model_copy(update={"submission_id": submission}).to_json()  # noqa: PLW2901 -- its value names the submission too
            headers = list(to_headers(headed))
            record = {"key": registration.encode(), "value": value, "headers": headers, "timestamp": None}
            yield event.name, lane, record
