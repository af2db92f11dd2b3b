from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import NOW
from typed_forms import REGISTRATION

from schemas.codec import decode
from schemas.envelope import Envelope
from schemas.event import Event
from schemas.events import LinkRequested, NotificationSent, ProvisioningReported
from schemas.example import examples
from schemas.flow import TIMELINE
from schemas.values import Finding
from services.timeline.decide import SERVICE
from services.timeline.documents import ENTRIES_MAX, Entry, Said, Timeline
from services.timeline.said import _SAID, package_of, said
from stream.service import Case, Due, Emit, Ignore, WorkingSet

CONSUMED = {event.name for event in TIMELINE.consumes}
EXAMPLES = [one for one in examples() if one.parked is None and one.event in TIMELINE.consumes]
SAID = [decode(one.event.name, one.headers, one.value) for one in EXAMPLES]
KEY = Timeline.at(REGISTRATION)


def remembered(said: Sequence[tuple[Envelope, Event]]) -> Timeline:
    documents = WorkingSet({})
    for envelope, event in said:
        outcome = SERVICE.decide(Case(REGISTRATION, event, envelope, documents, None, NOW))
        assert isinstance(outcome, Emit)
        assert (outcome.events, outcome.effects) == ((), ())
        documents.put(outcome.documents)
    return documents.get(Timeline, REGISTRATION) or Timeline()


ALL = [(one.envelope, one.event) for one in SAID]


def test_everything_that_it_consumes_has_its_words() -> None:
    assert _SAID.keys() == set(TIMELINE.consumes)
    assert {entry.event for entry in remembered(ALL).entries} == CONSUMED


def test_what_keylane_writes_of_a_person_is_not_kept() -> None:
    findings = (
        Finding(code="DGA_MISMATCH", detail="J. de Vries"),
        Finding(code="RIGHT_MISSING", detail="BSN van J. de Vries 111222333"),
        Finding(code="RIGHT_MISSING", detail="Raadplegen HRM"),
    )
    report = ProvisioningReported(connection=1, cycle=1, report="failed", reported_at=NOW, findings=findings)
    assert [one.detail for one in said(report).why] == [None, None, "Raadplegen HRM"]


PLACES = range(len(ALL))


@given(st.permutations(PLACES), st.lists(st.sampled_from(PLACES)))
def test_in_whatever_order_and_however_often_they_come_the_timeline_is_the_same(
    shuffled: list[int], again: list[int]
) -> None:
    usual, other = remembered(ALL), remembered([ALL[place] for place in (*shuffled, *again)])
    assert other.entries == usual.entries
    assert [entry.at for entry in usual.entries] == sorted(entry.at for entry in usual.entries)


@pytest.mark.parametrize("ids", ["abcd", "dcba"])
def test_reports_of_one_millisecond_stand_in_the_order_of_keylanes_steps(ids: str) -> None:
    steps = ("accepted", "customer_action_needed", "configured", "failed")
    reports = [
        Entry(at=NOW, event="provisioning-reported", revision=0, id=one, said=Said(cycle=1, connection=1, note=step))
        for one, step in zip(ids, steps, strict=True)
    ]
    for order in permutations(reports):
        timeline = Timeline()
        for report in order:
            timeline = timeline.grown(report, None)
        assert timeline.entries == tuple(reports), order


def test_no_name_no_address_no_number_of_a_company_and_no_secret_is_kept() -> None:
    kept = remembered(ALL).to_json()
    for private in ("@", "Bakkerij", "Transport", "Fictief", "L01", "A020", "ey"):
        assert private not in kept.replace("key", "").replace("keylane", ""), private


def test_of_very_many_entries_the_newest_are_kept_whatever_the_order() -> None:
    entries = [
        Entry(at=NOW + timedelta(seconds=n), event="notification-sent", revision=n, id=str(n), said=Said())
        for n in range(ENTRIES_MAX + 3)
    ]
    timeline = Timeline()
    for entry in reversed(entries):
        timeline = timeline.grown(entry, None)
    assert timeline.entries == tuple(entries[3:])


def test_the_package_is_that_of_the_first_event_that_names_one() -> None:
    assert remembered(ALL).package in {"loket", "raet", "exact", "loket_webservice"}
    naming = {event.name for _, event in ALL if package_of(event)}
    assert CONSUMED - naming == {LinkRequested.name, ProvisioningReported.name, NotificationSent.name}


def test_a_wake_up_says_nothing() -> None:
    case = Case(REGISTRATION, Due(KEY, NOW), None, WorkingSet({}), None, NOW)
    assert SERVICE.decide(case) == Ignore("NOTHING_SAID")
