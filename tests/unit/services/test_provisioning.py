from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from keylane_story import MISSING, at_keylane, ended, enriched, links, report, stages
from stories import NOW, Story
from typed_forms import exact, loket, raet, registered

from schemas.event import Event
from schemas.events import (
    CustomerActionNeeded,
    LinkRealised,
    ProvisioningRefused,
    ProvisioningRequested,
)
from schemas.values import Finding, ReportCode
from services.provisioning.decide import service
from services.provisioning.documents import Provisioning
from services.provisioning.terms import Terms
from stream.service import Emit, Ignore, Outcome, Park


def test_every_connection_is_requested_with_its_own_secret() -> None:
    requests = Story(service(Terms())).said(enriched(raet()))
    assert [request.contact.employer_code for request in requests if isinstance(request, ProvisioningRequested)] == [
        "10000001",
        "10000002",
    ]
    secrets = [request.secrets for request in requests if isinstance(request, ProvisioningRequested)]
    assert secrets == [connection.secrets for connection in registered(raet()).connections]


@pytest.mark.parametrize("form", [loket(), raet(thirteenth_month=True), exact(frequency="four_weeks")])
def test_keylane_is_asked_with_everything_that_the_form_said(form: dict[str, Any]) -> None:
    said = dict(registered(form))
    own = said.keys() - {"kind", "processor_name", "connections"}
    requests = [one for one in Story(service(Terms())).said(enriched(form)) if isinstance(one, ProvisioningRequested)]
    for request, connection in zip(requests, said["connections"], strict=True):
        told = dict(request) | dict(request.contact)
        assert {name: told[name] for name in own} == {name: said[name] for name in own}
        assert {name: told[name] for name in dict(connection)} == dict(connection)


@pytest.mark.parametrize(("pensioenwet", "asked"), [(True, 1), (False, 0)])
def test_the_bsn_right_is_asked_only_when_a_product_falls_under_the_pensioenwet(pensioenwet: bool, asked: int) -> None:  # noqa: FBT001
    request = Story(service(Terms())).only(ProvisioningRequested, enriched(loket(), pensioenwet=pensioenwet))
    assert sum("BSN" in authorisation.right for authorisation in request.authorisations) == asked


@pytest.mark.parametrize(("form", "contacts"), [(loket(), True), (raet(), False), (exact(), False)])
def test_keylane_contacts_the_customer_where_the_package_says_so(form: dict[str, Any], contacts: bool) -> None:  # noqa: FBT001
    request = Story(service(Terms())).said(enriched(form))[0]
    assert isinstance(request, ProvisioningRequested)
    assert request.keylane_contacts_customer is contacts


def test_a_configured_link_is_realised_on_keylanes_day_in_amsterdam() -> None:
    story = at_keylane()
    story.later(hours=20)
    realised = story.only(LinkRealised, report("configured", reported_at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC)))
    assert realised.realised_on == date(2026, 11, 23)
    assert (realised.first_exchange.on, realised.first_exchange.period_id) == (date(2027, 1, 5), "2026-12")
    assert [one.stage for one in realised.connections] == ["realised"]
    assert story.document(Provisioning).due_at is None


def test_where_the_employer_asked_and_who_its_processor_is_are_said_of_a_realised_link() -> None:
    story = Story(service(Terms()))
    story.said(enriched(exact()).model_copy(update={"employer_email": "baas@example.nl"}))
    realised = story.only(LinkRealised, report("configured"))
    assert realised.employer_email == "baas@example.nl"
    assert realised.processor_name == exact()["processor_name"]


def test_where_the_employer_asked_is_said_of_a_refused_link() -> None:
    story = Story(service(Terms()))
    story.said(enriched(exact()).model_copy(update={"employer_email": "baas@example.nl"}))
    refused = story.only(ProvisioningRefused, report("failed"))
    assert refused.employer_email == "baas@example.nl"


def test_the_date_that_keylane_names_stands_when_it_can_and_else_the_operators_are_warned() -> None:
    realised = at_keylane().only(LinkRealised, report("configured", first_exchange_on=date(2026, 12, 15)))
    assert (realised.first_exchange.on, realised.first_exchange.named_by_keylane) == (date(2026, 12, 15), True)
    story = at_keylane()
    realised = story.only(LinkRealised, report("configured", first_exchange_on=date(2026, 12, 25)))
    assert (realised.first_exchange.on, realised.first_exchange.named_by_keylane) == (date(2027, 1, 5), False)
    assert story.document(Provisioning).links[0].warning == "NO_WORKING_DAY"


@pytest.mark.parametrize(
    ("days", "named", "on", "period"),
    [
        (100, None, date(2027, 5, 5), "2027-04"),
        (10, None, date(2027, 1, 5), "2026-12"),
        ((date(2027, 1, 5) - NOW.date()).days, None, date(2027, 1, 5), "2026-12"),
        (30, date(2026, 12, 15), date(2026, 12, 15), "2026-12"),
    ],
)
def test_a_report_that_is_heard_late_gives_no_first_exchange_in_the_past_but_one_that_keylane_names(
    days: int, named: date | None, on: date, period: str
) -> None:
    story = at_keylane()
    story.later(days=days)
    realised = story.only(LinkRealised, report("configured", reported_at=NOW, first_exchange_on=named))
    assert realised.realised_on == NOW.date()
    assert (realised.first_exchange.on, realised.first_exchange.period_id) == (on, period)


def test_the_realised_link_comes_with_the_overview_of_all() -> None:
    story = at_keylane(raet(), then=report("accepted", 2))
    realised = story.only(LinkRealised, report("configured", 1))
    assert [(one.employer_code, one.stage) for one in realised.connections] == [
        ("10000001", "realised"),
        ("10000002", "accepted"),
    ]
    assert story.document(Provisioning).due_at is not None


def test_what_keylane_asks_again_is_asked_once_until_something_changed() -> None:
    story = at_keylane()
    first = story.only(CustomerActionNeeded, report("customer_action_needed"))
    assert story.when(report("customer_action_needed")) == Ignore("ACTION_NEEDED_SAME_WHEN_ACTION_NEEDED")
    other = report("customer_action_needed", findings=(Finding(code="USER_BLOCKED"),))
    second = story.only(CustomerActionNeeded, other)
    story.said(report("accepted"))
    third = story.only(CustomerActionNeeded, other)
    assert [first.number, second.number, third.number] == [1, 2, 3]


def test_a_failed_connection_is_refused_under_the_numbers_of_its_claim() -> None:
    refused = at_keylane().only(ProvisioningRefused, report("failed"))
    assert (refused.raamwerkcontractnummer, refused.loonheffingennummer) == ("A0201234", "123456782L01")
    assert refused.findings == MISSING


@pytest.mark.parametrize("last", ["accepted", "customer_action_needed", "configured", "failed"])
@pytest.mark.parametrize(("final", "stage"), [("configured", "realised"), ("failed", "refused")])
def test_the_first_final_word_stands(final: str, stage: str, last: str) -> None:
    story = at_keylane(then=report(final))
    outcome = story.when(report(last))
    assert isinstance(outcome, Ignore) or (isinstance(outcome, Emit) and not outcome.events)
    assert stages(story) == [stage]


@pytest.mark.parametrize(("final", "opposite"), [("configured", "failed"), ("failed", "configured")])
def test_the_opposite_of_the_final_word_is_noted_and_not_followed(final: str, opposite: str) -> None:
    story = at_keylane(then=report(final))
    assert story.said(report(opposite)) == ()
    noted = story.document(Provisioning).links[0].contradiction
    assert noted is not None
    assert (noted.report, noted.reported_at) == (opposite, NOW)


@pytest.mark.parametrize(("later", "noted"), [(timedelta(0), False), (timedelta(hours=1), True)])
@pytest.mark.parametrize(("final", "stage"), [("configured", "realised"), ("failed", "refused")])
def test_what_keylane_asks_of_the_customer_after_its_final_word_is_noted_for_the_operators(
    final: str, stage: str, later: timedelta, *, noted: bool
) -> None:
    story = at_keylane(then=report(final, reported_at=NOW))
    outcome = story.when(report("customer_action_needed", reported_at=NOW + later))
    (link,) = links(story)
    assert (link.stage, link.contradiction is not None) == (stage, noted)
    if noted:
        assert isinstance(outcome, Emit)
        assert not outcome.events
    else:
        assert outcome == Ignore(f"OUTDATED_WHEN_{stage}".upper())


def test_what_keylane_needs_after_the_link_has_worked_for_a_day_is_told_once_to_the_customer() -> None:
    story = at_keylane(then=report("configured", reported_at=NOW))
    blocked, expired = Finding(code="USER_BLOCKED"), Finding(code="CREDENTIALS_INVALID")
    for days, needed, told in ((1, blocked, 0), (2, expired, 1), (30, expired, 0)):
        story.now = NOW + timedelta(days=days)
        says = story.said(report("customer_action_needed", findings=(needed,), reported_at=story.now))
        assert [type(one) for one in says] == [CustomerActionNeeded] * told, days
        assert (stages(story), links(story)[0].contradiction is not None) == (["realised"], True)
    story.now += timedelta(days=1)
    asked = story.only(CustomerActionNeeded, report("customer_action_needed", findings=MISSING, reported_at=story.now))
    assert (asked.number, asked.findings, asked.is_reminder) == (2, MISSING, False)


def needs(story: Story, code: ReportCode, *, days: int) -> Outcome:
    story.now = max(story.now, NOW + timedelta(days=days))
    made = NOW + timedelta(days=days)
    return story.when(report("customer_action_needed", findings=(Finding(code=code),), reported_at=made))


def is_told(outcome: Outcome) -> bool:
    return isinstance(outcome, Emit) and [type(one) for one in outcome.events] == [CustomerActionNeeded]


def test_what_a_link_that_worked_needed_before_what_it_needs_now_is_not_told_again() -> None:
    story = at_keylane(then=report("configured", reported_at=NOW))
    assert is_told(needs(story, "USER_BLOCKED", days=2))
    assert is_told(needs(story, "CREDENTIALS_INVALID", days=3))
    noted = links(story)
    assert needs(story, "USER_BLOCKED", days=2) == Ignore("OUTDATED_WHEN_REALISED")
    assert links(story) == noted


def test_what_a_link_needed_before_keylane_said_otherwise_is_told_to_nobody() -> None:
    story = at_keylane(then=report("configured", reported_at=NOW))
    story.later(days=5)
    story.said(report("configured", first_exchange_on=date(2027, 3, 10), reported_at=story.now))
    noted = links(story)
    assert needs(story, "USER_BLOCKED", days=4) == Ignore("OUTDATED_WHEN_REALISED")
    assert links(story) == noted


@pytest.mark.parametrize(("said", "on"), [("failed", None), ("configured", date(2027, 3, 10))])
def test_what_contradicted_keylane_before_the_newest_note_does_not_take_its_place(said: str, on: date | None) -> None:
    story = at_keylane(then=report("configured", reported_at=NOW))
    assert is_told(needs(story, "USER_BLOCKED", days=3))
    noted = links(story)
    late = report(said, first_exchange_on=on, reported_at=NOW + timedelta(days=2))
    assert story.when(late) == Ignore("OUTDATED_WHEN_REALISED")
    assert links(story) == noted
    assert story.said(report("configured", reported_at=NOW + timedelta(days=4))) == ()
    assert (links(story)[0].contradiction, links(story)[0].findings) == (None, ())


def test_a_link_that_failed_after_it_had_worked_stays_noted_whatever_keylane_says_then() -> None:
    story = at_keylane()
    for hours, said in enumerate(("configured", "failed", "configured")):
        story.when(report(said, reported_at=NOW + timedelta(hours=hours)))
    noted = links(story)[0].contradiction
    assert noted is not None
    assert noted.report == "failed"


def test_what_keylane_adds_to_a_report_that_asks_nothing_is_nothing_that_the_customer_was_asked() -> None:
    story = at_keylane()
    for said in ("accepted", "configured"):
        story.when(report(said, findings=MISSING))
        assert links(story)[0].findings == ()


def test_a_link_that_works_again_has_no_contradiction_left_and_the_same_need_is_told_anew() -> None:
    story = at_keylane(then=report("configured", reported_at=NOW))
    (worked,) = links(story)
    assert is_told(needs(story, "USER_BLOCKED", days=2))
    at_once = report("configured", reported_at=NOW + timedelta(days=2))
    assert story.when(at_once) == Ignore("CONFIGURED_WHEN_REALISED")
    assert story.said(report("configured", reported_at=NOW + timedelta(days=3))) == ()
    (again,) = links(story)
    assert (again.contradiction, again.findings, again.first_exchange) == (None, (), worked.first_exchange)
    assert needs(story, "USER_BLOCKED", days=2) == Ignore("OUTDATED_WHEN_REALISED")
    assert is_told(needs(story, "USER_BLOCKED", days=40))
    assert links(story)[0].actions == 2


def test_so_is_what_a_link_needs_that_works_again_from_another_day_on() -> None:
    story = at_keylane(then=report("configured", reported_at=NOW))
    assert is_told(needs(story, "USER_BLOCKED", days=2))
    story.later(days=1)
    story.said(report("configured", first_exchange_on=date(2027, 3, 10), reported_at=story.now))
    (link,) = links(story)
    assert (link.findings, link.contradiction and link.contradiction.report) == ((), "configured")
    assert is_told(needs(story, "USER_BLOCKED", days=40))


def test_another_first_exchange_than_the_customer_was_told_is_noted_for_the_operators() -> None:
    story = at_keylane(then=report("configured"))
    told = links(story)[0].first_exchange
    assert story.said(report("configured", first_exchange_on=date(2027, 3, 10))) == ()
    (link,) = links(story)
    assert link.first_exchange == told
    assert link.contradiction is not None
    assert (link.contradiction.report, link.contradiction.first_exchange_on) == ("configured", date(2027, 3, 10))


@pytest.mark.parametrize("named", [None, date(2026, 12, 15), date(2026, 12, 25)])
def test_a_link_that_is_configured_once_more_contradicts_nothing(named: date | None) -> None:
    story = at_keylane(then=report("configured", first_exchange_on=named))
    assert story.when(report("configured", first_exchange_on=named)) == Ignore("CONFIGURED_WHEN_REALISED")
    assert story.when(report("configured")) == Ignore("CONFIGURED_WHEN_REALISED")


def test_another_day_after_one_that_was_set_aside_is_noted() -> None:
    story = at_keylane(then=report("configured", first_exchange_on=date(2026, 12, 25)))
    story.later(hours=1)
    assert story.said(report("configured", first_exchange_on=date(2026, 12, 28), reported_at=story.now)) == ()
    assert links(story)[0].contradiction is not None


def test_a_report_that_comes_out_of_order_takes_nothing_back() -> None:
    story = at_keylane(then=report("customer_action_needed", reported_at=NOW + timedelta(hours=2)))
    earlier = report("accepted", reported_at=NOW + timedelta(hours=1))
    assert story.when(earlier) == Ignore("OUTDATED_WHEN_ACTION_NEEDED")
    story.only(LinkRealised, report("configured", reported_at=NOW + timedelta(hours=1)))


def test_a_report_that_comes_before_its_request_is_tried_again_and_blocks_nothing() -> None:
    early = Park("NOTHING_REQUESTED", retry=True, blocks=False)
    assert Story(service(Terms())).when(report("accepted")) == early
    assert at_keylane().when(report("accepted", 2)) == early
    assert at_keylane().when(report("accepted", cycle=2)) == early


@pytest.mark.parametrize("reported_at", [NOW - timedelta(days=2), NOW + timedelta(days=2)])
def test_a_realisation_at_an_impossible_time_waits_for_a_human(reported_at: datetime) -> None:
    story = at_keylane()
    impossible = report("configured", reported_at=reported_at)
    assert story.when(impossible) == Park("REPORTED_AT_IMPLAUSIBLE", blocks=False)


def test_a_report_from_before_databases_came_back_older_still_counts_days_later() -> None:
    story, said_at = Story(service(Terms()), now=NOW + timedelta(days=3)), NOW
    story.when(enriched(loket()), said_at=said_at)
    story.only(LinkRealised, report("configured", reported_at=said_at))
    assert links(story)[0].requested_at == said_at


def test_keylane_has_no_more_time_because_it_has_taken_the_request_in() -> None:
    story = at_keylane()
    story.later(days=9)
    story.said(report("accepted", reported_at=story.now))
    assert links(story)[0].due_at == NOW + timedelta(days=10)


@pytest.mark.parametrize("late", [report("configured"), report("failed"), report("customer_action_needed"), ended()])
def test_past_its_deadline_a_case_is_overdue_and_the_late_answer_is_taken(late: Event) -> None:
    story = at_keylane()
    due = story.due()
    assert story.said(due) == ()
    assert story.document(Provisioning).overdue
    assert story.when(due) == Ignore("MOVED_ON")
    assert isinstance(story.when(late), Emit)
    assert not story.document(Provisioning).overdue
