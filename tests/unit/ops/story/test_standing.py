from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any, get_args

import pytest
from each import each
from hypothesis import given
from hypothesis import strategies as st
from remembered import FIRST_EXCHANGE, NOW, ago, at_keylane, enrichment, intake, parked, provisioning
from typed_forms import REGISTRATION

from ops.parked.row import ParkedRow, stands_still
from ops.story.next_step import Actor, next_step
from ops.story.remembered import Remembered
from ops.story.view import view
from ops.story.words import of_fault, of_finding, of_wait
from payroll.fault import FaultCode
from payroll.packages import packages
from schemas.events import FormReceived
from schemas.events.policy_awaited import WaitReason
from schemas.ids import reference
from schemas.values import Finding, ReportCode
from services.intake.documents import Answer
from services.monitor.stage import Stage
from services.provisioning.documents import LinkStage

LINKS = st.lists(st.sampled_from(LinkStage), min_size=1, max_size=5)
LATE_FORM = parked(blocks=False).model_copy(update={"topic": FormReceived.name})
CODES: tuple[ReportCode, ...] = get_args(ReportCode)


def door(answer: str, *, processor: Answer | None = None, **more: Any) -> Remembered:
    """What only intake has to tell."""
    return Remembered(REGISTRATION, intake().but(answer=answer, **more), processor=processor)


@each(
    [
        (door("held", waits=("PROCESSOR_CONFIRMATION",)), Actor.PROCESSOR),
        (door("held", waits=("PROCESSOR_CONFIRMATION",), processor="applied"), Actor.ASR),
        (door("held", waits=("PROCESSOR_CONFIRMATION",), processor="declined"), Actor.PROCESSOR),
        (door("held", waits=("PROCESSOR_CONFIRMATION", "EMPLOYER_REQUEST")), Actor.PROCESSOR),
        (door("held", waits=("PROCESSOR_CONFIRMATION", "EMPLOYER_REQUEST"), processor="applied"), Actor.EMPLOYER),
        (door("requested", taken_up=True), Actor.NOBODY),
        (Remembered(REGISTRATION, intake(), enrichment("MANDATE_MISSING")), Actor.EMPLOYER),
    ]
)
def test_it_is_said_who_must_act(case: tuple[Remembered, Actor]) -> None:
    remembered, who = case
    seen = view(remembered, NOW)
    assert seen.next.who is who
    assert all(reason.text.endswith(".") for reason in seen.why)


def test_a_rejected_form_without_an_address_promises_no_mail() -> None:
    seen = view(door("rejected", faults=("form WRONG_TYPE",)), NOW)
    assert seen.next.who is Actor.WE
    assert "De mail zegt hoe" not in seen.next.text
    assert seen.next.text.endswith(".")


@each(
    [
        (Remembered(REGISTRATION, parked=(LATE_FORM,)), Stage.SUBMITTED, ago(40), "WE_CHECK"),
        (Remembered(REGISTRATION, parked=(LATE_FORM, parked())), Stage.SUBMITTED, ago(40), "WE_REPAIR"),
        (Remembered(REGISTRATION, parked=(parked(),)), Stage.SUBMITTED, ago(40), "NOTHING_KNOWN"),
        (Remembered(REGISTRATION, intake()), Stage.ACCEPTED, ago(30), "WE_FIND_POLICY"),
        (door("requested"), Stage.LINK_REQUESTED, ago(30), "PROCESSOR_REGISTERS"),
        (door("applied"), Stage.PROCESSOR_APPLIED, ago(30), "ASR_REVIEWS"),
        (door("confirmed"), Stage.PROCESSOR_CONFIRMED, ago(30), "MAY_REGISTER"),
        (door("declined"), Stage.PROCESSOR_DECLINED, ago(30), "YOU_CORRECT_OR_STOP"),
        (door("passed_on"), Stage.PASSED_ON, ago(30), "SEE_REGISTRATION"),
        (door("held", waits=("PROCESSOR_CONFIRMATION",), held_since=ago(25)), Stage.HELD, ago(25), "WE_HOLD"),
        (door("ended", ended="withdrawn"), Stage.CANCELLED, ago(30), "NOTHING_FOLLOWS"),
        (door("rejected", email="a@b.example"), Stage.REJECTED, ago(30), "YOU_CORRECT"),
        (Remembered(REGISTRATION, intake(faults=("email REQUIRED",))), Stage.REJECTED, ago(30), "WE_FIND_WHO"),
        (
            Remembered(REGISTRATION, intake(), enrichment("POLICY_NOT_FOUND")),
            Stage.AWAITING_POLICY,
            ago(20),
            "WE_AWAIT_POLICY",
        ),
        (Remembered(REGISTRATION, intake(), enrichment()), Stage.ENRICHED, ago(20), "WE_ASK_KEYLANE"),
        (at_keylane(LinkStage.REQUESTED), Stage.REQUESTED, ago(9), "KEYLANE_STARTS"),
        (at_keylane(LinkStage.ACCEPTED), Stage.ACCEPTED_BY_KEYLANE, ago(9), "KEYLANE_CONFIGURES"),
        (at_keylane(LinkStage.ACTION_NEEDED), Stage.CUSTOMER_ACTION_NEEDED, ago(9), "YOU_ACT"),
        (at_keylane(LinkStage.REALISED), Stage.REALISED, ago(9), "EXCHANGE_STARTS"),
        (at_keylane(LinkStage.REFUSED), Stage.REFUSED, ago(9), "YOU_REGISTER_AGAIN"),
        (at_keylane(LinkStage.CANCELLED), Stage.CANCELLED, ago(9), "NOTHING_FOLLOWS"),
        (Remembered(REGISTRATION, intake(), enrichment(ended=True)), Stage.CANCELLED, ago(20), "NOTHING_FOLLOWS"),
    ]
)
def test_each_service_s_memory_brings_a_registration_further(case: tuple[Remembered, Stage, object, str]) -> None:
    remembered, stage, since, code = case
    seen = view(remembered, NOW)
    assert (seen.stage, seen.since, seen.next.code) == (stage, since, code)


def test_an_employer_s_request_that_was_withdrawn_is_called_no_registration() -> None:
    seen = view(door("ended", ended="withdrawn", package=None), NOW)
    corrected_since = of_fault("reference ENDED")
    said = (seen.next.text, *(reason.text for reason in (*seen.why, corrected_since)))
    assert not [sentence for sentence in said if "aanmelding" in sentence.lower()]


@pytest.mark.parametrize("link", [LinkStage.ACTION_NEEDED, LinkStage.REALISED])
@pytest.mark.parametrize(
    ("waiting", "stage", "why"),
    [
        (door("held", waits=("EMPLOYER_REQUEST",), cycle=2), Stage.HELD, "EMPLOYER_REQUEST"),
        (
            Remembered(REGISTRATION, intake().but(cycle=2), enrichment("POLICY_NOT_FOUND", cycle=2)),
            Stage.AWAITING_POLICY,
            "POLICY_NOT_FOUND",
        ),
    ],
)
def test_a_correction_that_waits_is_told_as_such_and_the_links_before_it_as_they_are(
    waiting: Remembered, stage: Stage, why: str, link: LinkStage
) -> None:
    seen = view(replace(waiting, provisioning=provisioning(link)), NOW)
    assert (seen.stage, [reason.code for reason in seen.why]) == (stage, [why, "CORRECTION_WAITS"])
    assert [one.stage for one in seen.connections] == [view(at_keylane(link), NOW).stage]
    assert "eerste uitwisseling" not in seen.next.text


def test_a_correction_that_has_its_policy_stands_where_keylane_has_it() -> None:
    asked = Remembered(
        REGISTRATION, intake().but(cycle=2), enrichment(cycle=2), provisioning(LinkStage.REQUESTED).but(cycle=2)
    )
    assert (view(asked, NOW).stage, view(asked, NOW).why) == (Stage.REQUESTED, ())


@pytest.mark.parametrize(
    ("links", "stage"),
    [
        ([LinkStage.REALISED, LinkStage.ACTION_NEEDED, LinkStage.REQUESTED], Stage.CUSTOMER_ACTION_NEEDED),
        ([LinkStage.REALISED, LinkStage.ACCEPTED], Stage.ACCEPTED_BY_KEYLANE),
        ([LinkStage.REALISED, LinkStage.REFUSED], Stage.REALISED),
        ([LinkStage.REFUSED, LinkStage.REFUSED], Stage.REFUSED),
    ],
)
def test_of_several_connections_the_one_that_needs_something_is_told_first(
    links: list[LinkStage], stage: Stage
) -> None:
    assert view(at_keylane(*links), NOW).stage is stage


@given(LINKS)
def test_a_registration_has_ended_when_all_its_connections_have(links: list[LinkStage]) -> None:
    seen = view(at_keylane(*links), NOW)
    assert seen.stage.ended == (set(links) <= {LinkStage.REALISED, LinkStage.REFUSED, LinkStage.CANCELLED})
    assert [one.employer_code for one in seen.connections] == [f"810000{n + 1}" for n in range(len(links))]


@given(LINKS)
def test_the_trail_ends_where_the_registration_stands_and_never_goes_back_in_time(links: list[LinkStage]) -> None:
    seen = view(at_keylane(*links), NOW)
    assert (seen.trail[-1].stage, seen.trail[-1].since) == (seen.stage, seen.since)
    assert all(before.since < after.since for before, after in pairwise(seen.trail))


def test_a_parked_record_goes_before_everything_that_would_come_next() -> None:
    seen = view(at_keylane(LinkStage.REQUESTED, parked=(parked(),)), NOW)
    assert (seen.stage, stands_still(seen.parked), seen.next.code) == (Stage.REQUESTED, True, "WE_REPAIR")


@pytest.mark.parametrize("row", [parked(retry_at=NOW), parked(blocks=False)])
def test_a_record_that_is_tried_again_or_holds_up_nothing_is_no_obstacle(row: ParkedRow) -> None:
    seen = view(at_keylane(LinkStage.REQUESTED, parked=(row,)), NOW)
    assert not stands_still(seen.parked)
    assert seen.next.code == "KEYLANE_STARTS"


def test_a_wait_beyond_its_deadline_is_overdue() -> None:
    assert view(Remembered(REGISTRATION, intake(), enrichment("NUMBERS_MISSING", overdue=True)), NOW).overdue


def test_a_customer_who_has_to_act_is_told_the_package_s_own_steps() -> None:
    seen = view(at_keylane(LinkStage.ACTION_NEEDED), NOW)
    assert seen.next.steps == packages()["loket"].help_for("RIGHT_MISSING").steps
    assert [reason.code for reason in seen.why] == ["RIGHT_MISSING"]
    assert "Raadplegen HRM" in seen.why[0].text


@pytest.mark.parametrize("stages", [[LinkStage.REFUSED], [LinkStage.REALISED, LinkStage.REFUSED]])
def test_what_keylane_could_not_make_is_the_applicants_to_mend_beside_a_link_that_works_too(
    stages: list[LinkStage],
) -> None:
    known = at_keylane(*stages)
    assert known.provisioning is not None
    *others, refused = known.provisioning.links
    found = known.provisioning.with_links([refused.but(findings=(Finding(code="LHNR_MISMATCH"),))])
    seen = view(replace(known, provisioning=found), NOW)
    assert seen.stage is (Stage.REALISED if others else Stage.REFUSED)
    assert (seen.next.code, seen.next.who) == ("YOU_REGISTER_AGAIN", Actor.APPLICANT)
    assert seen.next.steps == packages()["loket"].help_for("LHNR_MISMATCH").steps
    assert [reason.code for reason in seen.why] == ["LHNR_MISMATCH"]


@pytest.mark.parametrize("stage", [LinkStage.REQUESTED, LinkStage.ACCEPTED])
def test_nobody_is_told_of_a_few_days_after_keylane_s_time_is_over(stage: LinkStage) -> None:
    known = at_keylane(stage)
    assert known.provisioning is not None
    late = [link.but(overdue=True, due_at=None) for link in known.provisioning.links]
    seen = view(replace(known, provisioning=known.provisioning.with_links(late)), NOW)
    assert seen.next.who is Actor.WE
    assert seen.next.text.startswith("Keylane heeft langer niet geantwoord dan afgesproken.")


def test_a_realised_link_tells_the_day_of_its_first_exchange() -> None:
    seen = view(at_keylane(LinkStage.REALISED, LinkStage.REALISED), NOW)
    assert "dinsdag 5 januari 2027" in seen.next.text
    assert {str(one.first_exchange_on) for one in seen.connections} == {"2027-01-05"}


def test_a_renewal_that_keylane_refused_has_no_first_exchange_any_more_and_one_under_way_has() -> None:
    for stage, day in ((LinkStage.REFUSED, None), (LinkStage.REQUESTED, date(2027, 1, 5))):
        before = provisioning(stage)
        renewed = before.links[0].but(first_exchange=FIRST_EXCHANGE, realised_on=date(2026, 11, 22))
        known = replace(at_keylane(stage), provisioning=before.with_links([renewed]))
        assert [one.first_exchange_on for one in view(known, NOW).connections] == [day]


def test_a_document_that_is_shown_does_not_hold_the_customer_s_number_or_address() -> None:
    shown = view(at_keylane(LinkStage.REALISED), NOW).model_dump_json()
    kept = provisioning(LinkStage.REALISED)
    assert str(kept.loonheffingennummer) not in shown
    assert kept.email not in shown


NEXT = {
    Stage.SUBMITTED: (Actor.WE, "Wij controleren"),
    Stage.LINK_REQUESTED: (Actor.PROCESSOR, "Je salarisverwerker meldt je aan."),
    Stage.PROCESSOR_APPLIED: (Actor.ASR, "a.s.r. bekijkt"),
    Stage.PROCESSOR_CONFIRMED: (Actor.NOBODY, "kan werkgevers aanmelden."),
    Stage.PROCESSOR_DECLINED: (Actor.APPLICANT, "met een correctie."),
    Stage.PASSED_ON: (Actor.NOBODY, "bij de aanmelding waar dit over gaat."),
    Stage.HELD: (Actor.ASR, "Is dat gebeurd?"),
    Stage.ACCEPTED: (Actor.WE, "Wij zoeken de polis erbij."),
    Stage.AWAITING_POLICY: (Actor.ASR, "Controleer beide nummers."),
    Stage.ENRICHED: (Actor.WE, "Wij vragen Keylane"),
    Stage.REQUESTED: (Actor.KEYLANE, "ligt bij Keylane."),
    Stage.ACCEPTED_BY_KEYLANE: (Actor.KEYLANE, "Keylane maakt de koppeling."),
    Stage.CUSTOMER_ACTION_NEEDED: (Actor.APPLICANT, "Doe eerst dit."),
    Stage.REALISED: (Actor.NOBODY, "De koppeling werkt."),
    Stage.REJECTED: (Actor.APPLICANT, "Verbeter deze punten."),
    Stage.REFUSED: (Actor.APPLICANT, "De koppeling kan zo niet."),
    Stage.CANCELLED: (Actor.NOBODY, "gestopt"),
}


@each(list(Stage))
def test_every_stage_says_what_comes_next_and_who_acts(stage: Stage) -> None:
    who, said = NEXT[stage]
    assert next_step(stage).who is who
    assert said in next_step(stage).text
    assert next_step(stage).text.endswith(".")


@pytest.mark.parametrize(
    ("stage", "why", "who", "said"),
    [
        (Stage.HELD, "PROCESSOR_CONFIRMATION", Actor.ASR, "Is dat gebeurd?"),
        (Stage.HELD, "PROCESSOR_REGISTRATION", Actor.PROCESSOR, "Is dat gebeurd?"),
        (Stage.HELD, "PROCESSOR_DECLINED", Actor.PROCESSOR, "Is dat gebeurd?"),
        (Stage.HELD, "EMPLOYER_REQUEST", Actor.EMPLOYER, "Is dat gebeurd?"),
        (Stage.HELD, "SUPERSEDED_REGISTRATION", Actor.WE, "Je hoeft niets te doen."),
        (Stage.AWAITING_POLICY, "POLICY_NOT_FOUND", Actor.ASR, "zodra de polis er is"),
        (Stage.AWAITING_POLICY, "NUMBERS_MISSING", Actor.ASR, "Weet je het nummer? Geef het dan door"),
        (Stage.AWAITING_POLICY, "MANDATE_MISSING", Actor.EMPLOYER, "Laat de werkgever de machtiging aan a.s.r. geven."),
        (Stage.REFUSED, "MANDATE_MISSING", Actor.APPLICANT, "met een correctie."),
    ],
)
def test_what_comes_next_follows_from_what_it_waits_for(stage: Stage, why: str, who: Actor, said: str) -> None:
    step = next_step(stage, why=[why, "CORRECTION_WAITS"])
    assert (step.who, said in step.text) == (who, True)


@pytest.mark.parametrize(
    ("package", "processor", "code", "said"),
    [
        ("loket", None, "PROCESSOR_REGISTRATION", "nog geen salarisverwerker aangemeld. Dat doet die zelf op"),
        (
            "loket_webservice",
            None,
            "PROCESSOR_REGISTRATION",
            "nog geen salarisverwerker aangemeld voor Loket.nl webservice.",
        ),
        ("loket", "applied", "PROCESSOR_CONFIRMATION", "a.s.r. heeft de salarisverwerker nog niet bevestigd."),
        ("loket", "declined", "PROCESSOR_DECLINED", "Dan geeft de salarisverwerker dat door"),
    ],
)
def test_a_held_registration_says_how_its_processor_stands(
    package: str, processor: Answer | None, code: str, said: str
) -> None:
    (why,) = view(door("held", package=package, waits=("PROCESSOR_CONFIRMATION",), processor=processor), NOW).why
    assert (why.code, said in why.text) == (code, True)


def test_a_held_registration_that_gave_way_says_so_and_for_operators_to_whom() -> None:
    known = replace(door("held", waits=("PROCESSOR_CONFIRMATION",)), holders=(REGISTRATION,))
    told = view(known, NOW)
    assert [reason.code for reason in told.why] == ["GAVE_WAY", "REGISTERED_UNDER"]
    assert (told.next.code, told.next.who) == ("WE_HOLD", Actor.WE)


def test_who_has_the_code_that_a_form_was_rejected_for_is_told_to_operators() -> None:
    taken = ("connections.0.employer_code ALREADY_REGISTERED",)
    fault, holder = view(door("rejected", faults=taken, holders=(REGISTRATION,)), NOW).why
    assert (fault.code, reference(REGISTRATION) in fault.text) == ("ALREADY_REGISTERED", False)
    assert (holder.code, reference(REGISTRATION) in holder.text) == ("REGISTERED_UNDER", True)


@each([*FaultCode, "ALREADY_REGISTERED", "REFERENCE_TAKEN"])
def test_every_fault_of_a_form_is_told_in_words(code: str) -> None:
    reason = of_fault(f"connections.0.employer_code {code}")
    assert (reason.code, reason.field) == (code, "connections.0.employer_code")
    assert reason.text.startswith("Werkgeverscode 1: ")
    assert code not in reason.text


def test_a_processor_that_is_registered_already_is_told_of_no_employer_code() -> None:
    text = of_fault("email ALREADY_REGISTERED").text
    assert "salarisverwerker" in text
    assert "werkgeverscode" not in text


def test_a_fault_that_this_release_does_not_know_keeps_its_code() -> None:
    assert of_fault("email SOMETHING_NEW").text == "E-mailadres: SOMETHING_NEW"


@each(get_args(WaitReason))
def test_every_wait_is_told_in_words(code: WaitReason) -> None:
    assert of_wait(code).text.endswith(".")


@pytest.mark.parametrize("package", list(packages()))
@pytest.mark.parametrize("code", CODES)
def test_every_finding_of_keylane_is_told_in_words(code: ReportCode, package: str) -> None:
    assert of_finding(Finding(code=code), package).text.endswith(".")
