from datetime import date, timedelta
from typing import Any

import pytest
from keylane_story import MISSING, at_keylane, ended, enriched, links, report, stages, with_a_new_secret
from stories import NOW, Story
from told import subjects
from typed_forms import POLICY, REGISTRATION, exact, loket, raet, token

from schemas.events import (
    CustomerActionNeeded,
    CycleRequested,
    LinkRealised,
    ProvisioningCancelled,
    ProvisioningRefused,
    ProvisioningRequested,
)
from schemas.values import Applicant, Finding
from services.provisioning.decide import NOTHING_REQUESTED, service
from services.provisioning.documents import Provisioning
from services.provisioning.events import event_of
from services.provisioning.terms import Terms
from stream.service import Ignore

REFERENCE = "ABCDEFGHJK1"
LATER = NOW + timedelta(days=3)


def test_an_older_cycle_changes_nothing() -> None:
    story = at_keylane()
    assert story.when(enriched(loket())) == Ignore("STALE_CYCLE")
    story.said(enriched(loket(frequency="four_weeks"), cycle=3))
    assert story.when(enriched(loket(), cycle=2)) == Ignore("STALE_CYCLE")
    assert [link.cycle for link in links(story)] == [3]


@pytest.mark.parametrize(("said", "again"), [("customer_action_needed", True), ("failed", True), ("accepted", False)])
def test_a_new_cycle_asks_again_where_keylane_had_stopped(said: str, *, again: bool) -> None:
    story = at_keylane(then=report(said))
    requests = story.said(enriched(loket(), cycle=2))
    assert [type(one) for one in requests] == [*([ProvisioningRequested] * again), CycleRequested]
    assert stages(story) == ["requested" if again else "accepted"]
    assert [link.cycle for link in links(story)] == [2 if again else 1]


@pytest.mark.parametrize("said", ["customer_action_needed", "failed"])
def test_who_has_done_what_a_working_link_asked_later_says_so_and_keylane_is_asked_again(said: str) -> None:
    story = at_keylane()
    first = story.only(LinkRealised, report("configured"))
    story.later(days=3)
    story.said(report(said, reported_at=story.now))
    request, _ = story.said(enriched(loket(), cycle=2))
    assert isinstance(request, ProvisioningRequested)
    assert (stages(story), links(story)[0].contradiction) == (["requested"], None)
    second = story.only(LinkRealised, report("configured", cycle=2, reported_at=story.now))
    assert second.first_exchange == first.first_exchange


@pytest.mark.parametrize("said", [None, "accepted", "configured"])
def test_a_new_cycle_asks_again_where_the_products_call_for_other_rights(said: str | None) -> None:
    story = at_keylane()
    if said:
        story.said(report(said))
    under = enriched(loket(), cycle=2, pensioenwet=not POLICY.pensioenwet)
    request, _ = story.said(under)
    assert isinstance(request, ProvisioningRequested)
    bsn = [one.right for one in request.authorisations if "BSN" in one.right]
    assert len(bsn) == under.policy.pensioenwet
    story.only(CycleRequested, under.model_copy(update={"cycle": 3}))


def test_the_same_rights_in_another_order_are_no_reason_to_ask_again() -> None:
    story = at_keylane()
    (link,) = links(story)
    kept = link.but(rights=tuple(reversed(link.rights or ())))
    story.remembered[Provisioning.at(REGISTRATION)] = story.document(Provisioning).with_links([kept])
    story.only(CycleRequested, enriched(loket(), cycle=2))


def test_a_document_that_does_not_know_its_rights_is_no_reason_to_ask_again() -> None:
    story = at_keylane()
    (link,) = links(story)
    story.remembered[Provisioning.at(REGISTRATION)] = story.document(Provisioning).with_links([link.but(rights=None)])
    story.only(CycleRequested, enriched(loket(), cycle=2, pensioenwet=not POLICY.pensioenwet))


def test_what_keylane_writes_of_a_person_goes_no_further() -> None:
    story = at_keylane()
    findings = (
        Finding(code="RIGHT_MISSING", detail="BSN van J. de Vries 111 222 333"),
        Finding(code="DGA_MISMATCH", detail="J. de Vries"),
        Finding(code="DGA_MISMATCH", detail="P. de Vries"),
        *MISSING,
    )
    asked = story.only(CustomerActionNeeded, report("customer_action_needed", findings=findings))
    assert asked.findings == (Finding(code="RIGHT_MISSING"), Finding(code="DGA_MISMATCH"), *MISSING)
    again = report("customer_action_needed", findings=findings, reported_at=NOW + timedelta(minutes=1))
    assert story.when(again) == Ignore("ACTION_NEEDED_SAME_WHEN_ACTION_NEEDED")


def test_what_an_earlier_release_kept_of_a_person_goes_no_further_either() -> None:
    said = (Finding(code="RIGHT_MISSING", detail="BSN van J. de Vries 111 222 333"),)
    story = at_keylane(then=report("customer_action_needed", findings=said))
    (link,) = links(story)
    kept = story.document(Provisioning).with_links([link.but(findings=said)])
    story.remembered[Provisioning.at(REGISTRATION)] = kept
    again = report("customer_action_needed", findings=said, reported_at=NOW + timedelta(minutes=1))
    assert story.when(again) == Ignore("ACTION_NEEDED_SAME_WHEN_ACTION_NEEDED")
    for what in (CustomerActionNeeded, ProvisioningRefused):
        event = event_of(what, kept, *kept.links, worked_before=False)
        assert isinstance(event, CustomerActionNeeded | ProvisioningRefused)
        assert event.findings == (Finding(code="RIGHT_MISSING"),)


def test_a_new_secret_concerns_its_own_connection_only() -> None:
    story = at_keylane(raet(), then=report("accepted", 1))
    request, whole = story.said(enriched(with_a_new_secret(2), cycle=2))
    assert whole == CycleRequested(reference=REFERENCE, cycle=2)
    assert isinstance(request, ProvisioningRequested)
    assert (request.contact.connection, request.cycle) == (2, 2)
    assert stages(story) == ["accepted", "requested"]
    assert story.when(report("configured", 2)) == Ignore("STALE_WHEN_REQUESTED")
    realised = story.only(LinkRealised, report("configured", 1))
    assert realised.cycle == 2  # the registration's: to it belongs the customer's code
    assert story.when(report("accepted", 1, cycle=2)) == NOTHING_REQUESTED


@pytest.mark.parametrize(
    "changes",
    [
        {"raamwerkcontractnummer": "A0209999"},
        {"loonheffingennummer": "111222333L01"},
        {"frequency": "four_weeks"},
        {"thirteenth_month": True},
        {"dgas": []},
        {"dgas": [{"name": "Zoë van der Meer", "personnel_number": "2"}]},
        {"dgas": [{"name": "Noor van der Meer", "personnel_number": "1"}]},
        {"client_id": "another-client"},
        {"connections": [{"employer_code": "13", "client_secret": token(1)}]},
        {"connections": [{"employer_code": "12", "client_secret": token(1).replace("ccc", "ddd")}]},
    ],
    ids=str,
)
def test_what_the_customer_typed_for_the_link_is_asked_of_keylane_anew_when_it_alone_is_corrected(
    changes: dict[str, Any],
) -> None:
    story = at_keylane(exact(), then=report("accepted"))
    said = story.said(enriched(exact(**changes), cycle=2))
    assert [one.cycle for one in said if isinstance(one, ProvisioningRequested)] == [2]


@pytest.mark.parametrize("said", [None, "accepted", "customer_action_needed", "failed"])
def test_keylane_hears_the_new_address_where_it_writes_to_the_customer(said: str | None) -> None:
    story = at_keylane()
    if said is not None:
        story.said(report(said))
    request, _ = story.said(enriched(loket(email="nieuw@dekorst.example"), cycle=2))
    assert isinstance(request, ProvisioningRequested)
    assert (request.contact.email, request.cycle) == ("nieuw@dekorst.example", 2)
    assert stages(story) == ["requested"]
    whole = CycleRequested(reference=REFERENCE, cycle=3)
    assert story.said(enriched(loket(email="nieuw@dekorst.example"), cycle=3)) == (whole,)


def test_of_a_link_that_works_keylane_hears_no_new_address() -> None:
    story = at_keylane(then=report("configured"))
    whole = CycleRequested(reference=REFERENCE, cycle=2)
    assert story.said(enriched(loket(email="nieuw@dekorst.example"), cycle=2)) == (whole,)


def test_a_link_of_a_release_that_kept_no_address_stays_as_it_is() -> None:
    story = at_keylane()
    known = story.document(Provisioning)
    older = known.but(links=(known.links[0].but(addressee=None),))
    story.remembered[Provisioning.at(REGISTRATION)] = older
    whole = CycleRequested(reference=REFERENCE, cycle=2)
    assert story.said(enriched(loket(email="nieuw@dekorst.example"), cycle=2)) == (whole,)


def test_whom_we_write_to_is_corrected_without_asking_keylane_again() -> None:
    story = at_keylane(exact())
    said = story.said(enriched(exact(email="nieuw@dekorst.example"), cycle=2))
    assert said == (CycleRequested(reference=REFERENCE, cycle=2),)
    refused = story.only(ProvisioningRefused, report("failed"))
    assert refused.contact.email == "nieuw@dekorst.example"


def test_a_renewed_secret_of_a_realised_link_keeps_its_first_exchange() -> None:
    story = at_keylane(raet())
    first = story.only(LinkRealised, report("configured"))
    story.later(days=40)
    story.said(enriched(with_a_new_secret(1), cycle=2))
    second = story.only(LinkRealised, report("configured", cycle=2, reported_at=story.now))
    assert second.cycle == 2
    assert (first.worked_before, second.worked_before) == (False, True)
    assert (second.realised_on, second.first_exchange) == (first.realised_on, first.first_exchange)


def test_a_link_that_no_cycle_before_had_realised_has_not_worked_before() -> None:
    story = at_keylane(then=enriched(loket(loonheffingennummer="123456782L02"), cycle=2))
    realised = story.only(LinkRealised, report("configured", cycle=2, first_exchange_on=date(2026, 11, 23)))
    assert not realised.worked_before


def test_a_link_has_not_worked_before_because_another_of_the_registration_has() -> None:
    story = at_keylane(raet(), then=report("configured", 1))
    realised = story.only(LinkRealised, report("configured", 2))
    assert not realised.worked_before


def test_a_first_exchange_that_keylane_names_once_more_warns_nobody() -> None:
    story = at_keylane(raet())
    named = date(2026, 12, 15)
    story.said(report("configured", first_exchange_on=named))
    story.later(days=40)
    story.said(enriched(with_a_new_secret(1), cycle=2))
    again = story.only(LinkRealised, report("configured", cycle=2, reported_at=story.now, first_exchange_on=named))
    assert again.first_exchange.on == named
    assert links(story)[0].warning is None


def test_another_date_named_by_keylane_or_another_frequency_gives_a_new_first_exchange() -> None:
    story = at_keylane(then=report("configured"))
    story.later(days=3)
    story.said(enriched(loket(frequency="four_weeks"), cycle=2))
    by_rule = story.only(LinkRealised, report("configured", cycle=2, reported_at=LATER))
    story.said(enriched(loket(frequency="four_weeks", thirteenth_month=True), cycle=3))
    named = date(2026, 12, 15)
    by_name = story.only(LinkRealised, report("configured", cycle=3, reported_at=LATER, first_exchange_on=named))
    assert (by_rule.realised_on, by_rule.first_exchange.period_id) == (LATER.date(), "2026-P13")
    assert by_name.first_exchange.on == named
    assert (by_rule.worked_before, by_name.worked_before) == (False, True)


@pytest.mark.parametrize(
    "changes", [{"loonheffingennummer": "111222333L01"}, {"connections": [{"employer_code": "777"}]}], ids=str
)
def test_another_employer_has_a_first_exchange_of_its_own(changes: dict[str, Any]) -> None:
    story = at_keylane()
    first = story.only(LinkRealised, report("configured"))
    story.later(days=200)
    story.said(enriched(loket(**changes), cycle=2))
    second = story.only(LinkRealised, report("configured", cycle=2, reported_at=story.now))
    assert first.first_exchange.on < story.now.date() < second.first_exchange.on


def test_a_registration_that_ends_is_called_off_at_keylane_wherever_it_stands() -> None:
    story = at_keylane(raet(), then=report("configured", 1))
    story.said(enriched(with_a_new_secret(2), cycle=2))
    assert story.document(Provisioning).loonheffingennummer
    cancelled = story.said(ended(cycle=2, reason="superseded", superseded_by="ZZZ"))
    kept = story.document(Provisioning)
    assert (kept.raamwerkcontractnummer, kept.loonheffingennummer) == (None, None)
    assert [type(one) for one in cancelled] == [ProvisioningCancelled] * 2
    told = [
        (one.contact.connection, one.cycle, one.reason) for one in cancelled if isinstance(one, ProvisioningCancelled)
    ]
    assert told == [(1, 1, "superseded"), (2, 2, "superseded")]
    assert stages(story) == ["cancelled", "cancelled"]
    assert story.document(Provisioning).due_at is None
    assert story.said(ended(cycle=2)) == ()


@pytest.mark.parametrize("said", ["accepted", "customer_action_needed", "failed"])
def test_what_keylane_says_after_the_end_is_ignored(said: str) -> None:
    story = at_keylane(then=ended())
    assert isinstance(story.when(report(said)), Ignore)


def test_a_link_that_keylane_configures_after_the_end_is_noted() -> None:
    story = at_keylane(then=ended())
    assert story.said(report("configured")) == ()
    assert stages(story) == ["cancelled"]
    assert links(story)[0].contradiction is not None


def test_an_end_that_comes_before_the_registration_stops_it_and_a_later_cycle_stands() -> None:
    story = Story(service(Terms()))
    assert story.said(ended(cycle=2)) == ()
    assert story.when(enriched(loket(), cycle=2)) == Ignore("STALE_CYCLE")
    assert story.when(report("accepted")) == NOTHING_REQUESTED
    request, _ = story.said(enriched(loket(), cycle=3))
    assert isinstance(request, ProvisioningRequested)
    assert story.when(ended(cycle=2)) == Ignore("STALE_CYCLE")
    assert stages(story) == ["requested"]


def test_what_never_had_a_connection_leaves_nothing_behind_when_it_ends() -> None:
    applicant = Applicant(reference="ABCDEFGHJK1", email="a@b.example", company_name="De Korst", package=None)
    assert Story(service(Terms())).when(ended(applicant=applicant)) == Ignore("NO_CONNECTIONS")


def test_a_customer_is_reminded_a_few_times_and_then_the_case_is_overdue() -> None:
    story = at_keylane()
    (first,) = story.said(report("customer_action_needed"))
    reminders = [story.said(story.due())[0] for _ in range(3)]
    asked = [one for one in (first, *reminders) if isinstance(one, CustomerActionNeeded)]
    assert [one.is_reminder for one in asked] == [False, True, True, True]
    assert [subjects(one)[0].startswith("Herinnering: actie nodig") for one in asked] == [False, True, True, True]
    assert [(one.number, one.findings) for one in asked] == [(number, MISSING) for number in (1, 2, 3, 4)]
    assert not story.document(Provisioning).overdue
    assert story.now == NOW + timedelta(days=3 * 14)
    assert story.said(story.due()) == ()
    assert story.document(Provisioning).overdue
    story.only(LinkRealised, report("configured", reported_at=story.now))
    assert not story.document(Provisioning).overdue


def test_after_the_customer_acted_keylane_has_its_whole_time_again() -> None:
    story = at_keylane(then=report("customer_action_needed"))
    while not story.document(Provisioning).overdue:
        story.said(story.due())
    story.said(report("accepted", reported_at=story.now))
    (link,) = links(story)
    assert (link.due_at, link.overdue) == (story.now + timedelta(days=10), False)


def test_of_several_connections_each_has_its_own_deadline() -> None:
    story = at_keylane(raet(), then=report("customer_action_needed", 1))
    assert story.said(story.due()) == ()
    assert [link.overdue for link in links(story)] == [False, True]
    assert story.document(Provisioning).overdue
    reminder = story.only(CustomerActionNeeded, story.due())
    assert reminder.contact.connection == 1
