import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from keylane_story import ended
from stories import Story
from told import all_told
from typed_forms import POLICY, REGISTRATION, exact, loket, registered

from schemas.events import PolicyAwaited, PolicyEnriched, RegistrationSubmitted
from schemas.values import Applicant
from services.enrichment import gate
from services.enrichment.decide import service
from services.enrichment.documents import Enrichment
from services.enrichment.gate import Facts, Found
from services.enrichment.policies_memory import PolicyTables
from services.enrichment.terms import Terms
from stream.memory.disturbance import undisturbed
from stream.memory.store import MemoryDatabase
from stream.service import Cause, Concern, Emit, Ignore, Opened

NUMBERS = ("A0201234", "123456782L01")
KNOWN: Facts = {gate.of_numbers(*NUMBERS): Found(*NUMBERS, POLICY)}
WITHOUT_MANDATE: Facts = {
    gate.of_numbers(*NUMBERS): Found(*NUMBERS, POLICY.model_copy(update={"mandate_present": False}))
}


async def no_policies(_causes: object) -> Facts:
    return {}


def story(facts: Facts, cause: Cause | None = None) -> Story:
    """What this has led to, while these are known."""
    enrichment = Story(service(no_policies, Terms()), facts=facts)
    if cause is not None:
        enrichment.said(cause)
    return enrichment


def submitted(form: dict[str, Any], cycle: int = 1) -> RegistrationSubmitted:
    return RegistrationSubmitted(registration=registered(form), cycle=cycle)


def awaited(form: dict[str, Any], reason: Any) -> PolicyAwaited:
    applicant = Applicant(
        reference="ABCDEFGHJK1", email=form["email"], company_name=form["company_name"], package=form["package"]
    )
    if reason == "MANDATE_MISSING":
        return PolicyAwaited(reference="ABCDEFGHJK1", applicant=applicant, cycle=1, reason=reason, mandate_wait=1)
    numbers: dict[str, Any] = {
        "raamwerkcontractnummer": form.get("raamwerkcontractnummer"),
        "masked_loonheffingennummer": "*******82L01" if form.get("loonheffingennummer") else None,
    }
    return PolicyAwaited(reference="ABCDEFGHJK1", applicant=applicant, cycle=1, reason=reason, **numbers)


def test_who_is_asked_to_check_its_numbers_sees_them_and_the_second_one_masked() -> None:
    (event,) = story({}).said(submitted(loket()))
    (text,) = all_told(event)
    assert "Raamwerkcontractnummer: A0201234\nLoonheffingennummer: *******82L01\n" in text
    assert NUMBERS[1] not in event.to_json().decode()
    (of_mandate,) = story(WITHOUT_MANDATE).said(submitted(exact()))
    assert "nummer:" not in all_told(of_mandate)[0]


def test_a_known_policy_is_copied_into_the_event() -> None:
    enrichment = story(KNOWN)
    assert enrichment.said(submitted(loket())) == (
        PolicyEnriched(registration=registered(loket()), policy=POLICY, cycle=1),
    )
    remembered = enrichment.document(Enrichment)
    assert (remembered.waiting, remembered.waits_for, remembered.due_at) == (None, (), None)


def test_a_policy_that_is_not_there_is_awaited_once_and_the_registration_goes_on_by_itself() -> None:
    enrichment = story({})
    assert enrichment.said(submitted(loket())) == (awaited(loket(), "POLICY_NOT_FOUND"),)
    assert enrichment.document(Enrichment).waits_for == ("policy:A0201234:123456782L01", f"policy:{REGISTRATION}")
    assert enrichment.when(enrichment.opened()) == Ignore("POLICY_NOT_FOUND")
    enrichment.facts = KNOWN
    opened = enrichment.opened()
    assert enrichment.said(opened) == (PolicyEnriched(registration=registered(loket()), policy=POLICY, cycle=1),)
    assert enrichment.when(opened) == Ignore("NOT_WAITING")


@pytest.mark.parametrize("missing", ["raamwerkcontractnummer", "loonheffingennummer"])
def test_without_a_number_a_match_is_awaited_and_its_numbers_are_taken_over(missing: str) -> None:
    numbers: dict[str, Any] = {missing: None}
    form = exact(**numbers)
    enrichment = story({})
    assert enrichment.said(submitted(form)) == (awaited(form, "NUMBERS_MISSING"),)
    assert enrichment.document(Enrichment).waits_for == (f"policy:{REGISTRATION}",)
    enrichment.facts = {f"policy:{REGISTRATION}": Found(*NUMBERS, POLICY)}
    enriched = enrichment.only(PolicyEnriched, enrichment.opened())
    assert enriched.registration == registered(exact())


def test_a_correction_without_a_number_goes_on_with_the_match_that_is_known() -> None:
    form = exact(loonheffingennummer=None)
    enrichment = story({gate.of_match(REGISTRATION): Found(*NUMBERS, POLICY)})
    (enriched,) = enrichment.said(submitted(form, cycle=2))
    assert enriched == PolicyEnriched(registration=registered(exact()), policy=POLICY, cycle=2)


def test_the_numbers_of_a_match_stand_above_one_that_was_typed() -> None:
    typed = exact(raamwerkcontractnummer="A0209999", loonheffingennummer=None)
    enrichment = story({gate.of_match(REGISTRATION): Found(*NUMBERS, POLICY)})
    enriched = enrichment.only(PolicyEnriched, submitted(typed))
    assert enriched.registration == registered(exact())


def test_a_gate_that_is_no_longer_waited_for_brings_nobody_elses_policy() -> None:
    enrichment = story({}, submitted(exact()))
    before = enrichment.opened()
    enrichment.said(submitted(exact(raamwerkcontractnummer="A0209999"), cycle=2))
    enrichment.facts = KNOWN
    assert enrichment.when(before) == Ignore("NOT_WAITING")


def test_a_match_without_a_policy_waits_for_the_policy_of_its_numbers() -> None:
    enrichment, numberless = story({}), exact(raamwerkcontractnummer=None, loonheffingennummer=None)
    enrichment.said(submitted(numberless))
    enrichment.facts = {f"policy:{REGISTRATION}": Found(*NUMBERS, None)}
    assert enrichment.said(enrichment.opened()) == (awaited(numberless, "POLICY_NOT_FOUND"),)
    assert enrichment.document(Enrichment).reason == "POLICY_NOT_FOUND"
    enrichment.facts = KNOWN
    enrichment.only(PolicyEnriched, enrichment.opened())


def test_a_wait_past_its_deadline_is_overdue_and_a_late_policy_is_taken() -> None:
    enrichment = story({}, submitted(loket()))
    due = enrichment.due()
    assert enrichment.said(due) == ()
    assert enrichment.document(Enrichment).overdue
    assert enrichment.when(due) == Ignore("MOVED_ON")
    enrichment.facts = KNOWN
    assert isinstance(enrichment.when(enrichment.opened()), Emit)


def test_an_older_or_repeated_cycle_changes_nothing_and_a_newer_one_starts_again() -> None:
    enrichment = story(KNOWN, submitted(loket(), cycle=2))
    assert enrichment.when(submitted(loket(), cycle=2)) == Ignore("STALE_CYCLE")
    assert enrichment.when(submitted(loket(), cycle=1)) == Ignore("STALE_CYCLE")
    enrichment.only(PolicyEnriched, submitted(loket(), cycle=3))


def test_a_processor_waits_for_the_employers_mandate_and_goes_on_when_it_is_loaded() -> None:
    enrichment = story(WITHOUT_MANDATE)
    assert enrichment.said(submitted(exact())) == (awaited(exact(), "MANDATE_MISSING"),)
    assert enrichment.when(enrichment.opened()) == Ignore("MANDATE_MISSING")
    enrichment.facts = KNOWN
    enrichment.only(PolicyEnriched, enrichment.opened())


def test_a_mandate_is_reminded_of_every_week_until_the_wait_is_overdue_and_taken_afterwards_too() -> None:
    enrichment = story(WITHOUT_MANDATE)
    first = enrichment.now
    enrichment.said(submitted(exact()))
    for number in range(1, 5):
        due = enrichment.due()
        reminder = awaited(exact(), "MANDATE_MISSING").model_copy(update={"number": number})
        assert (enrichment.said(due), enrichment.now) == ((reminder,), first + timedelta(days=7 * number))
        assert enrichment.when(due) == Ignore("MOVED_ON")
    assert not enrichment.document(Enrichment).overdue
    assert (enrichment.said(enrichment.due()), enrichment.now) == ((), first + timedelta(days=30))
    assert (enrichment.document(Enrichment).overdue, enrichment.document(Enrichment).due_at) == (True, None)
    enrichment.facts = KNOWN
    enrichment.only(PolicyEnriched, enrichment.opened())


def test_a_mandate_that_is_missing_once_more_in_a_cycle_is_reminded_of_under_the_next_number() -> None:
    enrichment = story(WITHOUT_MANDATE, submitted(exact()))
    enrichment.said(enrichment.due())
    enrichment.facts = {}
    assert enrichment.only(PolicyAwaited, enrichment.opened()).reason == "POLICY_NOT_FOUND"
    enrichment.facts = WITHOUT_MANDATE
    assert enrichment.only(PolicyAwaited, enrichment.opened()).reason == "MANDATE_MISSING"
    again = enrichment.only(PolicyAwaited, enrichment.due())
    assert again.number == 2
    enrichment.said(submitted(exact(), cycle=2))
    assert enrichment.document(Enrichment).reminders == 0


def test_whoever_waits_for_a_policy_is_told_when_it_comes_without_the_mandate() -> None:
    enrichment = story({}, submitted(exact()))
    enrichment.later(days=29)
    enrichment.facts = WITHOUT_MANDATE
    assert enrichment.said(enrichment.opened()) == (awaited(exact(), "MANDATE_MISSING"),)
    assert enrichment.document(Enrichment).due_at == enrichment.now + timedelta(days=7)


def test_the_employer_that_asked_for_the_link_is_named_for_the_mandate_that_it_alone_can_give() -> None:
    enrichment = story({}, submitted(exact()).model_copy(update={"employer_email": "baas@example.nl"}))
    enrichment.facts = WITHOUT_MANDATE
    said = enrichment.only(PolicyAwaited, enrichment.opened())
    assert (said.reason, said.employer_email) == ("MANDATE_MISSING", "baas@example.nl")
    enrichment.facts = KNOWN
    enriched = enrichment.only(PolicyEnriched, enrichment.opened())
    assert enriched.employer_email == "baas@example.nl"


def told(enrichment: Story, employer: str, cycle: int) -> tuple[int, int]:
    """Which wait for a mandate this cycle's is, and the number of that word."""
    said = enrichment.only(
        PolicyAwaited, submitted(exact(), cycle=cycle).model_copy(update={"employer_email": employer})
    )
    return said.mandate_wait, said.number


def test_a_correction_begins_a_wait_for_a_mandate_only_where_another_employer_has_to_give_it() -> None:
    enrichment = story(WITHOUT_MANDATE)
    assert told(enrichment, "directie@dekorst.example", 1) == (1, 0)
    assert told(enrichment, "Directie@DeKorst.example", 2) == (1, 0)
    assert told(enrichment, "baas@example.nl", 3) == (2, 0)
    reminder = enrichment.only(PolicyAwaited, enrichment.due())
    assert (reminder.mandate_wait, reminder.number) == (2, 1)


def test_a_mandate_that_was_given_and_taken_back_is_missing_anew() -> None:
    enrichment = story({})
    for cycle in (1, 2, 3):
        enrichment.facts = WITHOUT_MANDATE
        assert told(enrichment, "directie@dekorst.example", cycle) == (cycle, 0)
        enrichment.facts = KNOWN
        enrichment.only(PolicyEnriched, enrichment.opened())


def test_who_waits_for_the_mandate_of_a_match_goes_on_with_its_own_policy_too() -> None:
    enrichment = story({}, submitted(exact()))
    (without_mandate,) = WITHOUT_MANDATE.values()
    enrichment.facts = {gate.of_match(REGISTRATION): replace(without_mandate, raamwerkcontractnummer="A0209999")}
    said = enrichment.only(PolicyAwaited, Opened(Enrichment.at(REGISTRATION), gate.of_match(REGISTRATION)))
    assert said.reason == "MANDATE_MISSING"
    enrichment.facts = KNOWN
    enrichment.only(PolicyEnriched, Opened(Enrichment.at(REGISTRATION), gate.of_numbers(*NUMBERS)))


def test_what_was_remembered_before_waits_were_counted_may_have_asked_for_the_mandate_once() -> None:
    enrichment = story(WITHOUT_MANDATE)
    told(enrichment, "directie@dekorst.example", 1)
    stored = json.loads(enrichment.document(Enrichment).model_dump_json())
    del stored["mandate_waits"]
    enrichment.remembered[Enrichment.at(REGISTRATION)] = Enrichment.model_validate_json(json.dumps(stored))
    assert told(enrichment, "directie@dekorst.example", 2) == (1, 0)
    assert told(enrichment, "baas@example.nl", 3) == (2, 0)


@pytest.mark.parametrize(
    ("form", "cycle", "is_looked_for"),
    [(loket(), 1, False), (loket(), 2, True), (exact(loonheffingennummer=None), 1, True)],
)
async def test_a_match_is_looked_for_where_one_may_have_been_found(
    form: dict[str, Any], cycle: int, *, is_looked_for: bool
) -> None:
    tables = PolicyTables(MemoryDatabase())
    tables.match(REGISTRATION, *NUMBERS)
    found = await tables.facts(undisturbed)([Concern(REGISTRATION, submitted(form, cycle))])
    assert (gate.of_match(REGISTRATION) in found) is is_looked_for


def test_an_employer_needs_no_mandate_to_supply_its_own_data() -> None:
    story(WITHOUT_MANDATE).only(PolicyEnriched, submitted(loket()))


def test_a_correction_takes_the_place_of_what_waited() -> None:
    enrichment = story({}, submitted(loket(raamwerkcontractnummer="A0209999")))
    enrichment.facts = KNOWN
    enriched = enrichment.only(PolicyEnriched, submitted(loket(), cycle=2))
    assert (enriched.cycle, enriched.registration) == (2, registered(loket()))
    assert enrichment.document(Enrichment).waiting is None


def test_a_registration_that_ended_waits_no_longer() -> None:
    enrichment = story({}, submitted(loket()))
    opened = enrichment.opened()
    assert enrichment.said(ended()) == ()
    remembered = enrichment.document(Enrichment)
    assert (remembered.ended, remembered.waits_for, remembered.due_at) == (True, (), None)
    enrichment.facts = KNOWN
    assert enrichment.when(opened) == Ignore("NOT_WAITING")


def test_an_end_that_overtakes_its_registration_stops_it_and_a_later_cycle_stands() -> None:
    enrichment = story(KNOWN, ended(cycle=2))
    assert enrichment.when(submitted(loket(), cycle=2)) == Ignore("STALE_CYCLE")
    enrichment.only(PolicyEnriched, submitted(loket(), cycle=3))
    assert enrichment.when(ended(cycle=2)) == Ignore("STALE_CYCLE")


def test_a_gate_names_what_it_is_about() -> None:
    assert gate.numbers(gate.of_numbers(*NUMBERS)) == NUMBERS
    assert gate.numbers(gate.of_match(REGISTRATION)) is None
    assert gate.matched_registration(gate.of_match(REGISTRATION)) == REGISTRATION


def test_numbers_that_were_typed_wrong_are_put_right_by_a_match_and_a_wrong_match_by_another() -> None:
    enrichment = story({}, submitted(exact(raamwerkcontractnummer="A0209999")))
    by_match = Opened(Enrichment.at(REGISTRATION), gate.of_match(REGISTRATION))
    enrichment.facts = {gate.of_match(REGISTRATION): Found("A0208888", NUMBERS[1], None)}
    assert isinstance(enrichment.when(by_match), Emit)
    assert enrichment.when(by_match) == Ignore("POLICY_NOT_FOUND")
    enrichment.facts = {gate.of_match(REGISTRATION): Found(*NUMBERS, POLICY)}
    (enriched,) = enrichment.said(by_match)
    assert enriched == PolicyEnriched(registration=registered(exact()), policy=POLICY, cycle=1)


def test_a_correction_that_brings_numbers_with_a_policy_stands_above_the_match() -> None:
    match = {gate.of_match(REGISTRATION): Found("A0208888", NUMBERS[1], POLICY)}
    enriched = story({**KNOWN, **match}).only(PolicyEnriched, submitted(exact(), cycle=2))
    assert enriched.registration == registered(exact())


def test_a_correction_whose_own_numbers_have_a_policy_waits_for_no_match() -> None:
    match = {gate.of_match(REGISTRATION): Found("A0208888", NUMBERS[1], POLICY)}
    enrichment = story({**WITHOUT_MANDATE, **match})
    assert enrichment.only(PolicyAwaited, submitted(exact(), cycle=2)).reason == "MANDATE_MISSING"
    assert enrichment.document(Enrichment).waits_for == (gate.of_numbers(*NUMBERS),)


def test_a_correction_of_the_numbers_stands_above_a_match_that_was_found_for_those_before() -> None:
    typed = registered(exact(loonheffingennummer=None))
    match = {gate.of_match(REGISTRATION): Found("A0208888", "111222333L01", POLICY, gate.typed(typed))}
    enrichment = story(match)
    assert enriched_with(enrichment, submitted(exact(loonheffingennummer=None))) == "111222333L01"
    assert enriched_with(enrichment, submitted(exact(loonheffingennummer=None, dgas=[]), cycle=2)) == "111222333L01"
    assert enrichment.only(PolicyAwaited, submitted(exact(), cycle=3)).reason == "POLICY_NOT_FOUND"
    by_match = Opened(Enrichment.at(REGISTRATION), gate.of_match(REGISTRATION))
    assert enrichment.when(by_match) == Ignore("POLICY_NOT_FOUND")
    enrichment.facts = {**KNOWN, **match}
    own = Opened(Enrichment.at(REGISTRATION), gate.of_numbers(*NUMBERS))
    assert enriched_with(enrichment, own) == NUMBERS[1]


def test_a_match_that_is_noted_again_for_the_numbers_of_a_correction_counts() -> None:
    enrichment = story(
        {gate.of_match(REGISTRATION): Found("A0208888", "111222333L01", POLICY, "A0207777:")}, submitted(exact())
    )
    again = Found("A0208888", "111222333L01", POLICY, gate.typed(registered(exact())))
    enrichment.facts = {gate.of_match(REGISTRATION): again}
    by_match = Opened(Enrichment.at(REGISTRATION), gate.of_match(REGISTRATION))
    assert enriched_with(enrichment, by_match) == "111222333L01"


def enriched_with(enrichment: Story, cause: Cause) -> str | None:
    return enrichment.only(PolicyEnriched, cause).registration.loonheffingennummer


@pytest.mark.parametrize("numbers", [NUMBERS, ("A0208888", NUMBERS[1])])
def test_of_typed_numbers_and_a_match_without_policies_the_one_whose_policy_comes_counts(
    numbers: tuple[str, str],
) -> None:
    enrichment = story({}, submitted(exact()))
    enrichment.facts = {gate.of_match(REGISTRATION): Found("A0208888", NUMBERS[1], None)}
    assert enrichment.said(Opened(Enrichment.at(REGISTRATION), gate.of_match(REGISTRATION))) == ()
    enrichment.facts = {gate.of_numbers(*numbers): Found(*numbers, POLICY)}
    enriched = enrichment.only(PolicyEnriched, Opened(Enrichment.at(REGISTRATION), gate.of_numbers(*numbers)))
    assert enriched.registration == registered(exact(raamwerkcontractnummer=numbers[0]))
