"""What about ten registrations do, each its own story: the part of a seed that is no fault of anybody's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from random import Random

from faults.simulation.weather import Weather
from ops.synthetic_form import SyntheticForm, offers, synthetic_forms
from sandbox.keylane.script import Script, Step, Steps, usual
from schemas.envelope import Header
from schemas.event import Event
from schemas.events import (
    CustomerActionNeeded,
    FormReceived,
    PolicyEnriched,
    ProvisioningReported,
    RegistrationSubmitted,
)
from schemas.values import Finding
from services.intake.clients import ClientRow
from stream.lane import lane_of

from . import forms

REGISTRATIONS = 10
_POOL = 2_000

_WHY = (Finding(code="CREDENTIALS_INVALID"),)
_AGAIN = (Finding(code="MANDATE_MISSING"),)


@dataclass(frozen=True)
class Told:
    """A record that somebody publishes, perhaps more than once: `at_s`, one time for each."""

    at_s: tuple[float, ...]
    topic: str
    lane: int
    key: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    value: bytes | None


@dataclass(frozen=True)
class Registered:
    """One registration: `expected` are the employer codes that have to be realised, whatever goes wrong."""

    id: str
    expected: frozenset[str]


@dataclass(frozen=True)
class Arrival:
    """A policy becomes known; when `registration` is set its numbers are found as well."""

    at_s: float
    contract: str
    lhnr: str
    registration: str | None = None


@dataclass(frozen=True)
class Client:
    """A processor may register this employer from now on."""

    at_s: float
    row: ClientRow


@dataclass(frozen=True)
class Flaw:
    """What a release cannot decide: an event of this type in this service, or only this report of Keylane's."""

    service: str
    event: type[Event]
    report: str = ""

    def is_met_by(self, service: str, cause: object) -> bool:
        """Whether this is such a cause."""
        mine = service == self.service and isinstance(cause, self.event)
        return mine and (not self.report or getattr(cause, "report", "") == self.report)


FLAWS = (
    Flaw("intake", FormReceived),
    Flaw("enrichment", RegistrationSubmitted),
    Flaw("provisioning", PolicyEnriched),
    Flaw("provisioning", ProvisioningReported, "accepted"),
    Flaw("provisioning", ProvisioningReported, "customer_action_needed"),
    Flaw("notifier", RegistrationSubmitted),
    Flaw("notifier", CustomerActionNeeded),
)


@dataclass(frozen=True)
class Scenario:
    """All of it. `flawed`: what a release cannot decide about which registration, until it is mended."""

    told: tuple[Told, ...]
    registrations: tuple[Registered, ...]
    policies: tuple[Arrival, ...]
    clients: tuple[Client, ...]
    script: Script
    flawed: dict[str, Flaw]


KEYLANE_STORIES: dict[str, tuple[bool, Steps]] = {
    "usual": (True, usual(0.5)),
    "slow": (True, usual(25)),
    "twice": (True, (Step(report="accepted", times=2), Step(report="configured", after_s=1, times=2))),
    "twice by other ids": (
        True,
        (Step(report="accepted", times=2, new_id=True), Step(report="configured", after_s=1, times=2, new_id=True)),
    ),
    "asks": (
        True,
        (
            Step(report="customer_action_needed", findings=_WHY, times=2),
            Step(report="accepted", after_s=1),
            Step(report="customer_action_needed", findings=_AGAIN, after_s=2),
            Step(report="configured", after_s=12),
        ),
    ),
    "refuses": (False, (Step(report="accepted"), Step(report="failed", findings=_WHY, after_s=1))),
    "contradicts": (
        False,
        (Step(report="configured", after_s=1), Step(report="failed", findings=_WHY, after_s=1.05)),
    ),
    "early": (True, (Step(report="accepted", early=True), Step(report="configured", after_s=2))),
    "of no cycle of ours": (True, (Step(report="accepted", cycle_offset=1), *usual(1))),
    "never": (False, ()),
}
_FORM_WEIGHTS = (8, 10, 8, 74)
_NUMBERS_MISSING = 0.4
_NEVER_INSURED = 0.3
_POLICY_LATE = 0.3
_LET_IN_LATE = 0.3
_FLAWED = 0.06
_WRONG_LANE = 0.15
_TOLD_TWICE = 0.3
_STORY_WEIGHTS = (6, 1, 2, 1, 3, 2, 1, 2, 1, 1)


@cache
def _pool() -> tuple[SyntheticForm, ...]:
    return tuple(islice(synthetic_forms(1, offers()), _POOL))


def _row(form: SyntheticForm) -> ClientRow:
    typed = form.form
    return ClientRow(typed["email"], typed["raamwerkcontractnummer"], typed["loonheffingennummer"])


class Writer:
    """Writes one seed's scenario."""

    def __init__(self, random: Random, lanes: int, weather: Weather) -> None:
        self._random = random
        self._lanes = lanes
        self._span_s = weather.span_s
        self._duplicates = weather.has("duplicates")
        self._mended = weather.mended_at_s is not None
        self._told: list[Told] = []
        self._registered: list[Registered] = []
        self._policies: list[Arrival] = []
        self._clients: list[Client] = []
        self._stories: dict[str, Steps] = {}
        self._flawed: dict[str, Flaw] = {}

    def write(self) -> Scenario:
        """All of it."""
        start = self._random.randrange(_POOL - 2 * REGISTRATIONS)
        chosen = _pool()[start : start + REGISTRATIONS]
        for number, form in enumerate(chosen):
            self._registration(number, form)
        for _ in range(self._random.randrange(3)):
            self._garbage()
        script = Script((), self._stories)
        arrivals = tuple(self._policies), tuple(self._clients)
        return Scenario(tuple(self._told), tuple(self._registered), *arrivals, script, self._flawed)

    def _registration(self, number: int, form: SyntheticForm) -> None:
        if form.form["kind"] == "employer_registration":
            late = self._perhaps(_LET_IN_LATE)
            self._clients.append(Client(self._at() if late else 0.0, _row(form)))
        match self._random.choices(("faulty", "rivals", "reused", "whole"), _FORM_WEIGHTS)[0]:
            case "faulty":
                self._tell(form, forms.event(replace(form, form=forms.faulty(form.form))), frozenset())
            case "rivals":
                self._rivals(form)
            case "reused":
                self._reused_id(form)
            case _:
                self._whole(number, form)

    def _whole(self, number: int, form: SyntheticForm) -> None:
        registration = forms.registration_of(form)
        realised = self._keylane(registration)
        numbers = str(form.form["raamwerkcontractnummer"]), str(form.form["loonheffingennummer"])
        if form.form["package"] == "exact" and self._perhaps(_NUMBERS_MISSING):
            form = replace(form, form={**form.form, "loonheffingennummer": None})
            self._policies.append(Arrival(self._at(), *numbers))
            self._policies.append(Arrival(self._at(), *numbers, registration))
        elif number == 0 and self._perhaps(_NEVER_INSURED):
            realised = False
        else:
            late = self._perhaps(_POLICY_LATE)
            self._policies.append(Arrival(self._at() if late else 0.0, *numbers))
        if self._perhaps(_FLAWED):
            self._flawed[registration] = self._random.choice(FLAWS)
            realised = realised and self._mended
        codes = frozenset(str(one["employer_code"]) for one in form.form["connections"])
        self._tell(form, forms.event(form), codes if realised else frozenset())

    def _keylane(self, registration: str) -> bool:
        name = self._random.choices(tuple(KEYLANE_STORIES), _STORY_WEIGHTS)[0]
        realised, steps = KEYLANE_STORIES[name]
        self._stories[registration] = steps
        return realised

    def _rivals(self, form: SyntheticForm) -> None:
        """Two submissions want the same connections, at about the same time."""
        numbers = str(form.form["raamwerkcontractnummer"]), str(form.form["loonheffingennummer"])
        self._policies.append(Arrival(0.0, *numbers))
        at_s = self._at()
        for suffix in ("a", "b"):
            rival = replace(form, submission_id=f"{form.submission_id}{suffix}")
            self._keylane(forms.registration_of(rival))
            self._tell(rival, forms.event(rival), frozenset(), at_s=at_s + self._random.random() * 0.02)

    def _reused_id(self, form: SyntheticForm) -> None:
        """One event id, two bodies: which one counts is whose came first."""
        other = replace(form, form={**form.form, "company_name": "Iemand Anders"})
        self._keylane(forms.registration_of(form))
        numbers = str(form.form["raamwerkcontractnummer"]), str(form.form["loonheffingennummer"])
        self._policies.append(Arrival(0.0, *numbers))
        self._tell(form, forms.event(form), frozenset())
        self._tell(other, forms.event(other), frozenset())

    def _tell(
        self, form: SyntheticForm, said: FormReceived, expected: frozenset[str], *, at_s: float | None = None
    ) -> None:
        registration = forms.registration_of(form)
        headers, value = forms.encoded(f"form-{form.submission_id}", said)
        lane = lane_of(registration, self._lanes)
        if self._perhaps(_WRONG_LANE):
            lane = self._random.randrange(self._lanes)
        self._told.append(Told(self._times(at_s), FormReceived.name, lane, registration.encode(), headers, value))
        if registration not in {one.id for one in self._registered}:
            self._registered.append(Registered(registration, expected))

    def _garbage(self) -> None:
        good: tuple[Header, ...] = (("ce_specversion", b"1.0"),)
        headers, value = self._random.choice((((), b"nonsense"), (good, b"{}"), (good, None)))
        topic = self._random.choice((FormReceived.name, ProvisioningReported.name))
        self._told.append(Told(self._times(None), topic, self._random.randrange(self._lanes), None, headers, value))

    def _times(self, at_s: float | None) -> tuple[float, ...]:
        first = self._at() if at_s is None else at_s
        if self._duplicates and self._perhaps(_TOLD_TWICE):
            return first, first + self._random.random() * self._random.choice((0.05, 5))
        return (first,)

    def _perhaps(self, chance: float) -> bool:
        return self._random.random() < chance

    def _at(self) -> float:
        return self._random.random() * self._span_s
