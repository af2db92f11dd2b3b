"""Whoever publishes into the flow: perhaps twice, and by a partitioner that may not be ours."""

from collections.abc import Sequence
from random import Random

from faults.simulation import forms
from faults.simulation.scenario import Told
from ops.forms.synthetic import SyntheticForm
from schemas.envelope import Header
from schemas.event import Event
from schemas.events import FormReceived, ProvisioningReported
from stream.lane import lane_of

_WRONG_LANE = 0.15
_TOLD_TWICE = 0.3
_GOOD: tuple[Header, ...] = (("ce_specversion", b"1.0"),)
_GARBAGE: tuple[tuple[Sequence[Header], bytes | None], ...] = (((), b"nonsense"), (_GOOD, b"{}"), (_GOOD, None))


class Publishers:
    """With `duplicates`, some of what is said is said again."""

    def __init__(self, random: Random, lanes: int, *, duplicates: bool) -> None:
        self._random = random
        self._lanes = lanes
        self._duplicates = duplicates

    def form(self, form: SyntheticForm, at_s: float) -> Told:
        """A form, from its web form."""
        headers, value = forms.encoded(f"form-{form.submission_id}", forms.event(form))
        return self._told(FormReceived, forms.registration_of(form), (headers, value), at_s)

    def event(self, event: Event, about: str, at_s: float) -> Told:
        """What somebody else says about a registration (its id)."""
        return self._told(type(event), about, forms.encoded(f"{event.name}-{about}", event, about), at_s)

    def garbage(self, at_s: float) -> Told:
        """What nobody can read."""
        topic = self._random.choice((FormReceived.name, ProvisioningReported.name))
        headers, value = self._random.choice(_GARBAGE)
        return Told(self._times(at_s), topic, self._random.randrange(self._lanes), None, headers, value)

    def _told(self, event: type[Event], about: str, record: tuple[Sequence[Header], bytes], at_s: float) -> Told:
        lane = lane_of(about, self._lanes)
        if self._random.random() < _WRONG_LANE:
            lane = self._random.randrange(self._lanes)
        return Told(self._times(at_s), event.name, lane, about.encode(), *record)

    def _times(self, at_s: float) -> tuple[float, ...]:
        if self._duplicates and self._random.random() < _TOLD_TWICE:
            return at_s, at_s + self._random.random() * self._random.choice((0.05, 5))
        return (at_s,)
