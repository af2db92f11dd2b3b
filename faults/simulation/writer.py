"""What about ten registrations do in a seed, each its own story."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import islice
from random import Random
from typing import Any

from faults.answer import correction_of
from faults.simulation import forms
from faults.simulation.clock import START
from faults.simulation.keylane_stories import KEYLANE_STORIES
from faults.simulation.publishers import Publishers
from faults.simulation.scenario import FLAWS, Arrival, Client, Flaw, Registered, Reply, Scenario, Told
from faults.simulation.weather import Weather
from ops.forms.synthetic import SOURCE, SyntheticForm, offers, synthetic_forms
from payroll.packages import packages
from sandbox.keylane.script import Script, Steps
from schemas.events import ProcessorReviewed
from schemas.ids import reference
from services.intake.clients import ClientRow

_FORMS = 9
_FORMS_LET_IN = 5
"""Ten registrations, with what rivals add, and the forms of those whom it takes to let an employer in."""
_POOL = 2_000

_FORM_WEIGHTS = (8, 10, 8, 74)
_NUMBERS_MISSING = 0.4
_NEVER_INSURED = 0.3
_POLICY_LATE = 0.3
_MANDATE_LATE = 0.2
_LET_IN_LATE = 0.3
_LET_IN_BY_FORMS = 0.3
_ANOTHER_PROCESSOR = 0.6
_LET_IN_TOO = 0.6
_FLAWED = 0.06
_STORY_WEIGHTS = (24, 4, 8, 4, 12, 8, 4, 8, 4, 4, 1, 1, 1, 1, 4)
_REPLIES = {
    "none": 57, "corrects": 10, "mends": 8, "moves": 5, "types a wrong code": 5, "withdraws": 8, "replaces": 7,
    "both": 5,
}  # fmt: skip
_OF_SEVERAL = {"takes one out": 50, "and brings it back": 50}
"""Besides, where a form has several connections, as few have."""
_REPLY_S_MAX = 6.0


@cache
def _pool() -> tuple[SyntheticForm, ...]:
    return tuple(islice(synthetic_forms(1, offers()), _POOL))


def _row(form: SyntheticForm) -> ClientRow:
    typed = form.form
    return ClientRow(typed["email"], typed["raamwerkcontractnummer"], typed["loonheffingennummer"])


class Writer:
    """Writes one seed's scenario."""

    def __init__(self, random: Random, publishers: Publishers, weather: Weather) -> None:
        self._random = random
        self._publishers = publishers
        self._span_s = weather.span_s
        self._mended = weather.mended_at_s is not None
        self._told: list[Told] = []
        self._registered: list[Registered] = []
        self._policies: list[Arrival] = []
        self._clients: list[Client] = []
        self._replies: dict[str, tuple[Reply, ...]] = {}
        self._stories: dict[str, Steps] = {}
        self._flawed: dict[str, Flaw] = {}

    def write(self) -> Scenario:
        """All of it."""
        start = self._random.randrange(_POOL - _FORMS)
        let_in_by_forms = self._perhaps(_LET_IN_BY_FORMS)
        chosen = _pool()[start : start + (_FORMS_LET_IN if let_in_by_forms else _FORMS)]
        by_processors = [form for form in chosen if form.form["kind"] == "employer_registration"]
        if let_in_by_forms:
            self._ask_to_be_let_in(by_processors)
        else:
            self._agreed_before(by_processors)
        for number, form in enumerate(chosen):
            self._registration(number, form)
        self._told += [self._publishers.garbage(self._at()) for _ in range(self._random.randrange(3))]
        return Scenario(
            tuple(self._told), tuple(self._registered), tuple(self._policies), tuple(self._clients), self._replies,
            Script((), self._stories), self._flawed,
        )  # fmt: skip

    def _agreed_before(self, by_processors: Sequence[SyntheticForm]) -> None:
        """Who may register whom is known, if late."""
        late = [self._at() if self._perhaps(_LET_IN_LATE) else 0.0 for _ in by_processors]
        self._clients += [Client(at_s, _row(form)) for at_s, form in zip(late, by_processors, strict=True)]

    def _ask_to_be_let_in(self, by_processors: Sequence[SyntheticForm]) -> None:
        """Who may register whom is asked for, and confirmed, by forms of their own."""
        for processor in {str(form.form["email"]): form for form in by_processors}.values():
            self._processor(processor)
        for form in by_processors:
            typed = form.form
            asked = {name: typed[name] for name in ("company_name", "raamwerkcontractnummer", "loonheffingennummer")}
            named = {"processor_name": typed["processor_name"], "processor_email": typed["email"]}
            request = {"kind": "link_request", "email": "loon@werkgever.example", **asked, **named}
            self._tell(SyntheticForm(SOURCE, f"{form.submission_id}-asked", request))

    def _processor(self, client: SyntheticForm) -> None:
        email, name, package = str(client.form["email"]), client.form["processor_name"], client.form["package"]
        typed = {"kind": "processor_registration", "package": package, "company_name": name, "email": email}
        form = SyntheticForm(SOURCE, f"{client.submission_id}-processor", typed)
        self._tell(form)
        at_s = self._at()
        reviewed_at = START + timedelta(seconds=at_s)
        review = ProcessorReviewed(
            email=email, company_name=str(name), verdict="confirmed", reason=None, reviewed_at=reviewed_at
        )
        self._told.append(self._publishers.event(review, forms.registration_of(form), at_s))

    def _registration(self, number: int, form: SyntheticForm) -> None:
        match self._random.choices(("faulty", "rivals", "reused", "whole"), _FORM_WEIGHTS)[0]:
            case "faulty":
                self._faulty(form)
            case "rivals":
                self._rivals(form)
            case "reused":
                self._reused_id(form)
            case _:
                self._whole(number, form)

    def _faulty(self, form: SyntheticForm) -> None:
        """Rejected; whoever corrects it has it go on."""
        self._insured(form)
        self._keylane(form)
        self._reply(form, [{"kind": "correction", "loonheffingennummer": form.form["loonheffingennummer"]}])
        self._tell(replace(form, form=forms.faulty(form.form)))

    def _whole(self, number: int, form: SyntheticForm) -> None:
        registration = forms.registration_of(form)
        realised = self._keylane(form)
        wanted = self._replied(form)
        numbers = str(form.form["raamwerkcontractnummer"]), str(form.form["loonheffingennummer"])
        may_lack_numbers = not packages()[form.form["package"]].policy_keys_required
        if may_lack_numbers and self._perhaps(_NUMBERS_MISSING):
            form = replace(form, form={**form.form, "loonheffingennummer": None})
            self._policies.append(Arrival(self._at(), *numbers))
            self._policies.append(Arrival(self._at(), *numbers, registration))
        elif number == 0 and self._perhaps(_NEVER_INSURED):
            realised = False
        elif form.form["kind"] == "employer_registration" and self._perhaps(_MANDATE_LATE):
            self._policies.append(Arrival(0.0, *numbers, mandate=False))
            self._policies.append(Arrival(self._at(), *numbers))
        else:
            self._insured(form, self._at() if self._perhaps(_POLICY_LATE) else 0.0)
        if self._perhaps(_FLAWED):
            self._flawed[registration] = self._random.choice(FLAWS)
            realised = realised and self._mended
        self._tell(form, wanted if realised else frozenset())

    def _insured(self, form: SyntheticForm, at_s: float = 0.0) -> None:
        typed = form.form
        self._policies.append(Arrival(at_s, str(typed["raamwerkcontractnummer"]), str(typed["loonheffingennummer"])))

    def _keylane(self, form: SyntheticForm) -> bool:
        """Whether Keylane gets its connections right."""
        name = self._random.choices(tuple(KEYLANE_STORIES), _STORY_WEIGHTS)[0]
        realised, steps = KEYLANE_STORIES[name]
        self._stories[forms.registration_of(form)] = steps
        return realised

    def _replied(self, form: SyntheticForm) -> frozenset[str]:
        """Choose what its mails lead to; the employer codes for which what it asks is still wanted then."""
        connections = form.form["connections"]
        codes = [str(one["employer_code"]) for one in connections]
        replies = _REPLIES | (_OF_SEVERAL if codes[1:] else {})
        chosen = self._random.choices(tuple(replies), tuple(replies.values()))[0]
        withdrawal: dict[str, Any] = {"kind": "withdrawal"}
        taken_out = {**withdrawal, "connections": [{"connection": 1}]}
        match chosen:
            case "corrects":
                self._reply(form, [correction_of(form.form)])
            case "mends":
                self._reply(form, [correction_of(form.form)], asked=True)
            case "moves":
                self._reply(form, [{"kind": "correction", "connections": [{"employer_code": "7654321"}]}])
            case "types a wrong code":
                self._reply(form, [withdrawal], code="AAAAA-AAAAA")
            case "withdraws":
                self._reply(form, [withdrawal])
            case "replaces":
                self._reply(form, [form.form])
            case "both":
                self._reply(form, [correction_of(form.form), withdrawal])
            case "takes one out":
                # Said again, it is about a connection that has ended.
                self._reply(form, [taken_out, taken_out])
                return frozenset(codes[1:])
            case "and brings it back":
                anew = [{"connection": 1, **connections[0]}]
                self._reply(form, [taken_out, {"kind": "correction", "connections": anew}])
                return frozenset(codes)
        return frozenset(codes if chosen in ("none", "corrects", "types a wrong code", "mends") else ())

    def _reply(self, form: SyntheticForm, said: Sequence[Any], code: str | None = None, *, asked: bool = False) -> None:
        sent = (replace(form, submission_id=f"{form.submission_id}-reply-{n}", form=one) for n, one in enumerate(said))
        replies = tuple(Reply(one, self._soon(), code, asked) for one in sent)
        self._replies[reference(forms.registration_of(form))] = replies

    def _rivals(self, form: SyntheticForm) -> None:
        """Two submissions want the same connections, at about the same time: by one processor, or by two."""
        self._insured(form)
        at_s = self._at()
        by_another = {"email": "ander@kantoor.example"} if form.form["kind"] == "employer_registration" else {}
        for suffix, changes in (("a", {}), ("b", by_another if self._perhaps(_ANOTHER_PROCESSOR) else {})):
            rival = replace(form, submission_id=f"{form.submission_id}{suffix}", form={**form.form, **changes})
            if changes and self._perhaps(_LET_IN_TOO):
                self._clients.append(Client(self._at(), _row(rival)))
            self._keylane(rival)
            self._replied(rival)
            self._tell(rival, at_s=at_s + self._random.random() * 0.02)

    def _reused_id(self, form: SyntheticForm) -> None:
        """One event id, two bodies: which one counts is whose came first."""
        self._keylane(form)
        self._insured(form)
        self._tell(form)
        self._tell(replace(form, form={**form.form, "company_name": "Iemand Anders"}))

    def _tell(self, form: SyntheticForm, expected: frozenset[str] = frozenset(), *, at_s: float | None = None) -> None:
        registration = forms.registration_of(form)
        self._told.append(self._publishers.form(form, self._at() if at_s is None else at_s))
        if registration not in {one.id for one in self._registered}:
            self._registered.append(Registered(registration, expected))

    def _perhaps(self, chance: float) -> bool:
        return self._random.random() < chance

    def _soon(self) -> float:
        return self._random.random() * _REPLY_S_MAX

    def _at(self) -> float:
        return self._random.random() * self._span_s
