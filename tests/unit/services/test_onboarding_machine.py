"""From form to Keylane, in whatever order and however often: nothing is lost, done twice or left standing."""

from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from intake_desk import PROCESSOR_EMAIL, by_processor, earlier, link_request
from keylane_story import MISSING
from onboarding_world import INSURED_LATER, Onboarding, occasions
from service_in_memory import Letter
from typed_forms import loket, processor, raet

from payroll.check import check_form
from payroll.form import Form
from schemas.event import Event
from schemas.events import (
    ConnectionsWithdrawn,
    FormReceived,
    ProcessorReviewed,
    ProvisioningCancelled,
    ProvisioningReported,
    ProvisioningRequested,
    RegistrationRejected,
    RegistrationSubmitted,
)
from schemas.ids import RegistrationId
from services.enrichment.documents import Enrichment
from services.intake import claim_key, gate
from services.intake.documents import Claim, Intake
from services.provisioning.documents import LinkStage, Provisioning
from stream.document import Gate

LIVE = ("held", "submitted")
AT_WORK = (LinkStage.REQUESTED, LinkStage.ACCEPTED, LinkStage.ACTION_NEEDED)
GIVEN_UP = {"NOTHING_REQUESTED", "NOTHING_APPLIED", "REPORTED_AT_IMPLAUSIBLE"}
SAYINGS = ("accepted", "customer_action_needed", "configured", "failed")
PROCESSORS = {"by_processor": PROCESSOR_EMAIL, "by_one_that_nobody_lets_in": "zuid@kantoor.example"}
FORMS = ("self_managed", "entities", *PROCESSORS)
EMPLOYER_CODES = ("8106625", "8106626")
CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"email": "nieuw@dekorst.example"},
    {"frequency": "four_weeks"},
    {"frequency": "month"},
    {"connections": [{"employer_code": "8106626"}]},
    {"connections": [{"employer_code": "8106625"}]},
    {"loonheffingennummer": "111222333L01"},
    {"loonheffingennummer": "123456789L01"},
    {"loonheffingennummer": INSURED_LATER},
)
PASSED_S_MAX = 200 * 86_400
"""What is written at the beginning and delivered at the end is not too old yet."""
ANY = st.integers(0, 1_000)
SOME = st.sampled_from((False, False, True))
NUMBERS = st.sampled_from(((1,), (2,), (2, 3), (1, 2)))
ARRIVES = st.sampled_from(("in order", "in order", "later", "backwards"))
"""How what somebody writes gets there, with all that was written before and what both lead to."""


def _place(request: Event) -> tuple[int, int]:
    assert isinstance(request, ProvisioningRequested)
    return request.contact.connection, request.cycle


def once(occasions: Iterable[Hashable]) -> bool:
    return all(count == 1 for count in Counter(occasions).values())


class Onboarded(RuleBasedStateMachine):
    """Two employers and their processor fill in, correct, withdraw and supersede; a.s.r. reviews; Keylane answers."""

    def __init__(self) -> None:
        super().__init__()
        self.world = Onboarding()
        self.registrations: list[RegistrationId] = []
        self.cycles: dict[tuple[str, str], int] = {}
        self.processor = self.world.form(processor(self.world.next_registration))

    def teardown(self) -> None:
        try:
            self.world.policy_comes()
            self.world.let_everything_arrive()
            self.nothing_was_lost()
            self.keylane_was_told_of_every_end()
        finally:
            self.world.close()

    @rule(kind=st.sampled_from(FORMS), code=st.sampled_from(EMPLOYER_CODES), instead=SOME, which=ANY, arrives=ARRIVES)
    def register(self, kind: str, code: str, which: int, *, instead: bool, arrives: str) -> None:
        form = loket(connections=[{"employer_code": code}])
        if kind == "entities":
            form = raet(registration=self.world.next_registration)
        if kind in PROCESSORS:
            form = by_processor(connections=[{"employer_code": code}]) | {"email": PROCESSORS[kind]}
        if instead and self.registrations:
            form["supersedes"] = self._named(which, right=bool(which % 3))
        self.registrations.append(self.world.form(form))
        self._arrive(arrives)

    @precondition(lambda self: self.registrations)
    @rule(which=ANY, change=st.sampled_from(CHANGES), wrong=SOME, arrives=ARRIVES)
    def correct(self, which: int, change: dict[str, Any], *, wrong: bool, arrives: str) -> None:
        self.world.form({"kind": "correction", **self._named(which, right=not wrong), **change})
        self._arrive(arrives)

    @precondition(lambda self: self._live())
    @rule(which=ANY, first=st.sampled_from(CHANGES), second=st.sampled_from(CHANGES), hops=st.sampled_from((2, 1, 3)))
    def a_correction_overtakes_another(
        self, which: int, first: dict[str, Any], second: dict[str, Any], hops: int
    ) -> None:
        live = self._live()
        whose = self.registrations.index(live[which % len(live)])
        self.correct(whose, first, wrong=False, arrives="later")
        self._hop(hops)
        self.correct(whose, second, wrong=False, arrives="backwards")

    @precondition(lambda self: self._live())
    @rule(which=ANY, code=st.sampled_from(EMPLOYER_CODES))
    def somebody_wants_what_a_correction_leaves(self, which: int, code: str) -> None:
        live = self._live()
        whose = self.registrations.index(live[which % len(live)])
        self.correct(whose, {"loonheffingennummer": INSURED_LATER}, wrong=False, arrives="in order")
        self.register("self_managed", code, which, instead=False, arrives="in order")

    @precondition(lambda self: self.registrations)
    @rule(which=ANY, wrong=SOME, arrives=ARRIVES)
    def withdraw(self, which: int, *, wrong: bool, arrives: str) -> None:
        self.world.form({"kind": "withdrawal", **self._named(which, right=not wrong)})
        self._arrive(arrives)

    @precondition(lambda self: self.registrations)
    @rule(which=ANY, numbers=NUMBERS, wrong=SOME, arrives=ARRIVES)
    def withdraw_connections(self, which: int, numbers: tuple[int, ...], *, wrong: bool, arrives: str) -> None:
        named = [{"connection": number} for number in numbers]
        self.world.form({"kind": "withdrawal", **self._named(which, right=not wrong), "connections": named})
        self._arrive(arrives)

    @rule(numbers=NUMBERS, hops=st.sampled_from((1, 2, 3)))
    def a_withdrawal_overtakes_what_it_is_about(self, numbers: tuple[int, ...], hops: int) -> None:
        self.register("entities", "", 0, instead=False, arrives="later")
        self._hop(hops)
        self.withdraw_connections(len(self.registrations) - 1, numbers, wrong=False, arrives="backwards")

    @rule(lhnr=st.sampled_from(("123456782L01", "111222333L01")), arrives=ARRIVES)
    def employer_asks_for_the_link(self, lhnr: str, *, arrives: str) -> None:
        self.world.form(link_request(loonheffingennummer=lhnr))
        self._arrive(arrives)

    @rule(confirmed=st.booleans(), arrives=ARRIVES)
    def processor_is_reviewed(self, *, confirmed: bool, arrives: str) -> None:
        review = ProcessorReviewed(
            email=PROCESSOR_EMAIL,
            company_name="Kantoor Noord",
            verdict="confirmed" if confirmed else "declined",
            reason=None if confirmed else "Niet gevonden.",
            reviewed_at=self.world.clock.now(),
        )
        self.world.write(review, self.processor, "urn:back-office")
        self._arrive(arrives)

    @precondition(lambda self: self.world.heard(ProvisioningRequested))
    @rule(which=ANY, what=st.sampled_from(SAYINGS), cycles_later=st.sampled_from((0, 0, 0, -1, 1)), arrives=ARRIVES)
    def keylane_says(self, which: int, what: str, cycles_later: int, *, arrives: str) -> None:
        requests = self._requests()
        self._keylane_says(requests[which % len(requests)], what, cycles_later)
        self._arrive(arrives)

    @rule()
    def policy_comes(self) -> None:
        self.world.policy_comes()

    @precondition(lambda self: self._at_work())
    @rule(
        which=ANY,
        what=st.sampled_from(("failed", "configured")),
        hops=st.sampled_from((1, 0)),
        change=st.sampled_from(CHANGES),
    )
    def a_correction_overtakes_keylane_s_answer(self, which: int, what: str, hops: int, change: dict[str, Any]) -> None:
        requests = self._at_work()
        about = requests[which % len(requests)]
        self._keylane_says(about, what)
        self._hop(hops)
        self.correct(self.registrations.index(RegistrationId(about.subject)), change, wrong=False, arrives="backwards")

    @precondition(lambda self: self.world.undelivered)
    @rule(which=ANY, several=st.integers(1, 6))
    def deliver(self, which: int, several: int) -> None:
        for _ in range(min(several, len(self.world.undelivered))):
            self.world.deliver(which % len(self.world.undelivered))

    @precondition(lambda self: self.world.delivered and not self._tries_again())
    @rule(which=ANY)
    def redeliver(self, which: int) -> None:
        before = self._remembered()
        self.world.redeliver(which % len(self.world.delivered))
        assert self._remembered() == before

    @precondition(lambda self: self.world.clock.monotonic() < PASSED_S_MAX)
    @rule(passed=st.sampled_from((timedelta(minutes=1), timedelta(days=1), timedelta(days=11), timedelta(days=61))))
    def time_passes(self, passed: timedelta) -> None:
        self.world.pass_time(passed)

    @invariant()
    def every_state_has_a_next_step(self) -> None:
        for known in self._intakes().values():
            assert (known.answer == "held") == bool(known.waits)
            assert known.waits_for or not known.waits
            assert not known.returning
            asks = known.answer == "requested" and not (known.taken_up or (known.overdue and known.due_at is None))
            assert (known.due_at is not None) == (known.answer == "held" or asks or self._can_be_corrected(known))
            assert (known.answer == "ended") == (known.ended is not None)
        for provisioning in self._provisionings().values():
            for link in provisioning.links:
                assert (link.stage in AT_WORK) == (link.due_at is not None or link.overdue)
            assert provisioning.ended is None or {one.stage for one in provisioning.links} <= {LinkStage.CANCELLED}

    @invariant()
    def nothing_is_said_twice(self) -> None:
        assert once(occasions(self.world.said.values()))

    @invariant()
    def a_connection_is_claimed_by_one_live_registration(self) -> None:
        intakes = self._intakes()
        for key, claim in self.world.intake.documents(Claim).items():
            if claim.registration is not None:
                assert intakes[claim.registration].answer in LIVE
                assert key in intakes[claim.registration].claims
        for registration, known in intakes.items():
            assert known.answer in LIVE or not known.claims
            if known.answer in LIVE and not self._waits_for_another(registration, known):
                assert {key for _, key in self._asked(registration, known)} <= set(known.claims)

    @precondition(lambda self: not self.world.undelivered and not self._tries_again())
    @invariant()
    def a_connection_is_held_until_keylane_refuses_it(self) -> None:
        claims, provisionings = self.world.intake.documents(Claim), self._provisionings()
        for registration, known in self._intakes().items():
            if known.answer == "submitted":
                provisioning = provisionings.get(registration)
                links = provisioning.links if provisioning else ()  # its policy may be awaited
                wanted = self._submitted(registration) - self._withdrawn(registration)
                wanted -= {one.connection for one in links if one.stage is LinkStage.REFUSED}
                for number, key in self._asked(registration, known):
                    assert claims[key].is_held_by(registration) or number not in wanted

    @invariant()
    def no_cycle_follows_a_later_one(self) -> None:
        for kind, documents in (
            ("enrichment", self.world.enrichment.documents(Enrichment)),
            ("provisioning", self._provisionings()),
        ):
            for registration, known in documents.items():
                assert known.cycle >= self.cycles.get((kind, registration), 0)
                self.cycles[kind, registration] = known.cycle

    @invariant()
    def only_what_came_too_early_is_given_up(self) -> None:
        for service in self.world.services:
            assert set(service.given_up()) <= GIVEN_UP

    def nothing_was_lost(self) -> None:
        intakes, enrichments = self._intakes(), self.world.enrichment.documents(Enrichment)
        received = {one.subject for _, one in self.world.delivered if isinstance(one.event, FormReceived)}
        assert received == intakes.keys()
        for registration in self.registrations:
            known, provisioning = intakes[registration], self._provisionings().get(registration)
            if known.answer == "submitted":
                # A correction that lapsed was counted too, and never submitted.
                newest = max(one.cycle for one in self.world.heard(RegistrationSubmitted, registration))
                assert enrichments[registration].cycle == newest <= known.cycle
                assert provisioning is not None
                assert (provisioning.cycle, provisioning.ended) == (newest, None)
                assert self._requested(registration) == {(one.connection, one.cycle) for one in provisioning.links}
            if known.answer == "rejected":
                assert self.world.heard(RegistrationRejected, registration)
                assert provisioning is None or not provisioning.links

    def keylane_was_told_of_every_end(self) -> None:
        for registration, known in self._intakes().items():
            said = self.world.heard(ProvisioningCancelled, registration)
            cancelled = {(one.contact.connection, one.cycle) for one in said}
            withdrawn = self._withdrawn(registration)
            assert cancelled == {one for one in self._requested(registration) if known.ended or one[0] in withdrawn}

    @invariant()
    def keylane_works_on_each_connection_for_one_registration(self) -> None:
        intakes = self._intakes()
        live = [
            (provisioning.package, provisioning.loonheffingennummer, link.employer_code)
            for registration, provisioning in self._provisionings().items()
            if not intakes[registration].ended
            for link in provisioning.links
            if link.stage not in (LinkStage.REFUSED, LinkStage.CANCELLED)
        ]
        assert once(live)

    def _keylane_says(self, about: Letter, what: str, cycles_later: int = 0) -> None:
        assert isinstance(about.event, ProvisioningRequested)
        findings = MISSING if what in ("customer_action_needed", "failed") else ()
        said = ProvisioningReported(
            connection=about.event.contact.connection,
            cycle=max(about.event.cycle + cycles_later, 1),
            report=what,  # type: ignore[arg-type]
            findings=findings,
            reported_at=self.world.clock.now(),
        )
        self.world.write(said, about.subject, "urn:keylane")

    def _requests(self) -> list[Letter]:
        return [one for one in self.world.said.values() if isinstance(one.event, ProvisioningRequested)]

    def _live(self) -> list[RegistrationId]:
        return [one for one, known in self._intakes().items() if known.answer == "submitted"]

    def _at_work(self) -> list[Letter]:
        """The requests that Keylane has not given its last word on, and that no other has taken the place of."""
        open_ = {
            (registration, link.connection, link.cycle)
            for registration, known in self._provisionings().items()
            for link in known.links
            if link.stage in AT_WORK
        }
        return [one for one in self._requests() if (one.subject, *_place(one.event)) in open_]

    def _arrive(self, arrives: str) -> None:
        """Backwards: the newest overtakes all that is older, and so does what it leads to."""
        while self.world.undelivered and arrives != "later":
            self.world.deliver(0 if arrives == "in order" else -1)

    def _hop(self, hops: int) -> None:
        """What was written last, and what that leads to, gets so far and no further."""
        for _ in range(hops):
            if self.world.undelivered:
                self.world.deliver(-1)

    def _named(self, which: int, *, right: bool) -> dict[str, str]:
        """The reference of one of the registrations, and the code of its last mail or another one."""
        whose = self.registrations[which % len(self.registrations)]
        known = self._intakes().get(whose)
        cycle = (known.cycle if known else 1) + (0 if right else 1)
        return earlier(whose, cycle)

    @staticmethod
    def _can_be_corrected(known: Intake) -> bool:
        return known.answer == "rejected" and known.form is not None

    def _waits_for_another(self, registration: RegistrationId, known: Intake) -> bool:
        """Whether it has not yet taken the place that it is to take."""
        answered = self.world.intake.documents(Gate).get(gate.of_end(registration))
        return bool(known.form and known.form.get("supersedes")) and not (answered and answered.open)

    def _asked(self, registration: RegistrationId, known: Intake) -> list[tuple[int, str]]:
        """Each claim of its form, and the number of the connection that it is of."""
        checked = check_form(known.form, registration, also=known.sealed_to)
        assert isinstance(checked, Form)
        claimed = zip(checked.connections, claim_key.of_form(checked, registration), strict=True)
        return [(one.connection, key) for one, names in claimed for key in names.keys]

    def _submitted(self, registration: RegistrationId) -> set[int]:
        """The connections it was submitted with last: not what somebody else had, as its owner was told."""
        newest = max(self.world.heard(RegistrationSubmitted, registration), key=lambda one: one.cycle)
        return {one.connection for one in newest.registration.connections}

    def _withdrawn(self, registration: RegistrationId) -> set[int]:
        """The connections that were withdrawn while the others went on; here nobody brings one back."""
        said = self.world.heard(ConnectionsWithdrawn, registration)
        return {one.connection for event in said for one in event.connections}

    def _requested(self, registration: RegistrationId) -> set[tuple[int, int]]:
        """The cycle of the last request for each connection."""
        requests = self.world.heard(ProvisioningRequested, registration)
        return set({one.contact.connection: one.cycle for one in sorted(requests, key=lambda one: one.cycle)}.items())

    def _intakes(self) -> dict[RegistrationId, Intake]:
        return {RegistrationId(key): known for key, known in self.world.intake.documents(Intake).items()}

    def _provisionings(self) -> dict[RegistrationId, Provisioning]:
        return {RegistrationId(key): one for key, one in self.world.provisioning.documents(Provisioning).items()}

    def _tries_again(self) -> bool:
        return any(service.tries_again for service in self.world.services)

    def _remembered(self) -> tuple[object, ...]:
        return self._intakes(), self.world.enrichment.documents(Enrichment), self._provisionings(), set(self.world.said)


def test_a_few_courses_of_the_onboarding() -> None:
    run_state_machine_as_test(Onboarded, settings=settings(max_examples=6, stateful_step_count=20))


@pytest.mark.long
def test_many_courses_of_the_onboarding() -> None:
    run_state_machine_as_test(Onboarded, settings=settings(stateful_step_count=40))
