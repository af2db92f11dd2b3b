import re
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from schemas import codec
from schemas.events import CorrectionRefused, CustomerActionNeeded, FormFault
from schemas.events.correction_refused import LAPSED
from schemas.example import Example, examples
from schemas.flow import MONITOR
from schemas.values import Applicant
from services.monitor.alerts import alert
from services.monitor.contribution import held, reached, standing_of, taken_in
from services.monitor.page import State, age, page
from services.monitor.picture import picture
from services.monitor.remembered import remembered
from services.monitor.stage import FIRST_TOLD, RULES, Stage
from services.monitor.standing import Parked, Place, Standing, from_bytes, join

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CONSUMED = {event.name for event in MONITOR.consumes}
PIECES = st.lists(
    st.one_of(
        st.builds(
            reached,
            st.sampled_from(FIRST_TOLD),
            st.integers(1, 20),
            cycle=st.integers(1, 2),
            part=st.integers(1, 2),
        ),
        # A hold is no mark of a registration's, but in what the first release kept.
        st.builds(
            reached,
            st.sampled_from([stage for stage in Stage if stage is not Stage.HELD]),
            st.integers(1, 20),
            cycle=st.integers(0, 2),
        ),
        st.builds(held, st.integers(1, 20), cycle=st.integers(1, 3), over=st.booleans()),
        st.builds(taken_in, st.integers(1, 20), cycle=st.integers(1, 2), connection=st.integers(1, 2)),
        st.builds(lambda at: Standing(at, parked=Parked(at, "intake", "BUG")), st.integers(1, 20)),
        st.builds(lambda at: Standing(at, told_ms=at), st.integers(1, 20)),
    ),
    min_size=1,
    max_size=8,
)


@given(PIECES, st.randoms())
def test_in_whatever_order_and_however_often_they_come_the_standing_is_the_same(
    pieces: list[Standing], chance: Random
) -> None:
    again = [*pieces, *pieces[::2]]
    chance.shuffle(again)
    assert join(again) == join(pieces)


@given(PIECES)
def test_what_was_joined_before_changes_nothing(pieces: list[Standing]) -> None:
    whole = join(pieces)
    assert all(whole.joined(piece) == whole for piece in pieces)


@given(PIECES)
def test_a_standing_comes_back_from_the_changelog_as_it_was(pieces: list[Standing]) -> None:
    assert from_bytes(join(pieces).to_bytes()) == join(pieces)


def test_every_stage_has_a_rule() -> None:
    assert RULES.keys() == set(Stage)


def arrived_ms(one: Example) -> int:
    decoded = codec.decode(one.event.name, one.headers, one.value)
    return standing_of(decoded.event, decoded.envelope.time).arrived_ms


def test_every_example_says_something() -> None:
    consumed = [one for one in examples() if one.parked is None and one.event.name in CONSUMED]
    assert consumed
    assert [one.name for one in consumed if arrived_ms(one) <= 0] == []


def test_a_corrected_registration_stands_where_its_new_request_stands() -> None:
    asked = reached(Stage.CUSTOMER_ACTION_NEEDED, 5, cycle=1, part=1)
    again = reached(Stage.REQUESTED, 6, cycle=2, part=1)
    place = asked.joined(again).place
    assert place is not None
    assert (place.stage, place.since_ms, place.cycle) == (Stage.REQUESTED, 6, 2)


@pytest.mark.parametrize("stage", [Stage.REALISED, Stage.CANCELLED])
def test_a_connection_that_a_correction_left_alone_is_moved_by_no_need_of_the_newer_cycle(stage: Stage) -> None:
    needs = reached(Stage.CUSTOMER_ACTION_NEEDED, 7, cycle=2, part=1)
    stands = join([reached(Stage.REQUESTED, 3, cycle=1, part=1), reached(stage, 5, cycle=1, part=1), needs])
    assert stands.place == Place(stage, 5, 1)
    again = reached(Stage.REQUESTED, 9, cycle=3, part=1)
    assert stands.joined(again).place == again.place
    anew = reached(Stage.CUSTOMER_ACTION_NEEDED, 11, cycle=3, part=1)
    assert join([stands, again, anew]).place == anew.place


@pytest.mark.parametrize("stage", [Stage.REALISED, Stage.REFUSED])
def test_a_connection_that_a_correction_left_alone_before_keylane_was_done_is_called_off(stage: Stage) -> None:
    # Keylane's answer has the cycle of the registration, the cancellation that of the connection's request.
    stands = reached(Stage.REQUESTED, 3, cycle=1, part=1).joined(reached(stage, 5, cycle=2, part=1))
    called_off = reached(Stage.CANCELLED, 7, cycle=1, part=1)
    assert stands.joined(called_off).place == Place(Stage.CANCELLED, 7, 1)
    again = reached(Stage.REQUESTED, 9, cycle=3, part=1)
    assert join([stands, called_off, again]).place == again.place
    works = reached(Stage.REALISED, 11, cycle=3, part=1)
    assert join([stands, called_off, again, works]).place == works.place


def test_a_request_stands_that_is_newer_than_the_one_called_off_whatever_the_clock_of_either_shows() -> None:
    called_off, again = reached(Stage.CANCELLED, 9, cycle=1, part=1), reached(Stage.REQUESTED, 7, cycle=2, part=1)
    assert called_off.joined(again).place == again.place


@pytest.mark.parametrize("stage", [None, Stage.REQUESTED, Stage.CUSTOMER_ACTION_NEEDED, Stage.REALISED])
def test_a_connection_counts_once_whatever_else_is_known_of_it(stage: Stage | None) -> None:
    known = [reached(stage, 5, cycle=1, part=1)] if stage else []
    beside = reached(Stage.REALISED, 4, cycle=1, part=2)
    assert join([*known, reached(Stage.CANCELLED, 7, cycle=1, part=1)]).place == Place(Stage.CANCELLED, 7, 1)
    assert join([*known, reached(Stage.CANCELLED, 7, cycle=1, part=1), beside]).place == beside.place


def test_one_that_keylane_still_works_on_is_moved_by_it() -> None:
    asked = reached(Stage.REQUESTED, 3, cycle=1, part=1)
    needs = reached(Stage.CUSTOMER_ACTION_NEEDED, 7, cycle=2, part=1)
    assert asked.joined(needs).place == needs.place == Place(Stage.CUSTOMER_ACTION_NEEDED, 7, 2)


def test_of_several_connections_the_youngest_of_those_that_are_told_first_says_where_it_stands() -> None:
    works = reached(Stage.REALISED, 9, cycle=2, part=1)
    asked = [reached(Stage.REQUESTED, at_ms, cycle=1, part=part) for part, at_ms in ((2, 6), (3, 5))]
    assert join([works, *asked]).place == Place(Stage.REQUESTED, 6, 1)


AT_KEYLANE = reached(Stage.ACCEPTED, 2, cycle=1).joined(reached(Stage.REALISED, 5, cycle=1, part=1))
CORRECTED = reached(Stage.ACCEPTED, 6, cycle=2)


@pytest.mark.parametrize(
    ("correction", "stage", "since_ms"),
    [
        ([held(6, cycle=2)], Stage.HELD, 6),
        ([CORRECTED], Stage.ACCEPTED, 6),
        ([CORRECTED, reached(Stage.AWAITING_POLICY, 7, cycle=2)], Stage.AWAITING_POLICY, 7),
        ([held(6, cycle=2), reached(Stage.ACCEPTED, 9, cycle=2)], Stage.ACCEPTED, 9),
        ([CORRECTED, reached(Stage.ENRICHED, 8, cycle=2)], Stage.REALISED, 5),
        ([CORRECTED, reached(Stage.REQUESTED, 9, cycle=2, part=1)], Stage.REQUESTED, 9),
        ([held(6, cycle=2), held(9, cycle=2, over=True)], Stage.REALISED, 5),
        ([held(6, cycle=2), held(9, cycle=2, over=True), held(10, cycle=3)], Stage.HELD, 10),
    ],
)
def test_a_registration_stands_where_its_correction_does_until_keylane_is_asked(
    correction: list[Standing], stage: Stage, since_ms: int
) -> None:
    place = join([AT_KEYLANE, *correction]).place
    assert place is not None
    assert (place.stage, place.since_ms) == (stage, since_ms)


def test_a_lapsed_correction_leaves_what_was_never_at_keylane_where_it_was() -> None:
    waiting = reached(Stage.AWAITING_POLICY, 3, cycle=1)
    place = join([waiting, held(4, cycle=2), held(9, cycle=2, over=True)]).place
    assert place is not None
    assert (place.stage, place.since_ms) == (Stage.AWAITING_POLICY, 3)


@pytest.mark.parametrize("code", [LAPSED, "REQUIRED"])
def test_of_the_corrections_that_are_refused_one_that_had_been_held_ends_that(code: str) -> None:
    applicant = Applicant(reference="ABCDEFGHJK1", email="kas@korst.example", company_name="De Korst")
    faults = (FormFault(field="form", code=code, message="Het kan niet."),)
    heard = standing_of(CorrectionRefused(applicant=applicant, cycle=2, submission="fix", faults=faults), NOW)
    assert (heard.hold is not None) == (code == LAPSED)


def test_what_the_timeline_remembers_of_a_lapse_is_the_same() -> None:
    at = "2026-11-22T12:00:00Z"
    entries = [["policy-awaited", at, 1, None], ["registration-held", at, 2, None]]
    assert remembered(entries) is Stage.HELD
    assert remembered([*entries, ["correction-refused", at, 2, None]]) is Stage.AWAITING_POLICY


def test_a_standing_that_the_first_release_kept_is_read() -> None:
    standing = reached(Stage.ACCEPTED, 5, cycle=1)
    kept = from_json(standing.to_bytes())
    assert from_bytes(to_json(kept[:4])) == standing


@pytest.mark.parametrize(
    ("later", "stage"),
    [
        ([], Stage.HELD),
        ([held(9, cycle=2, over=True)], Stage.REALISED),
        ([reached(Stage.ACCEPTED, 9, cycle=2)], Stage.ACCEPTED),
    ],
)
def test_a_correction_that_the_first_release_knew_as_held_goes_on_or_lapses(
    later: list[Standing], stage: Stage
) -> None:
    known = join([AT_KEYLANE, reached(Stage.HELD, 6, cycle=2)])
    kept = from_bytes(to_json(from_json(known.to_bytes())[:4]))
    place = join([kept, *later]).place
    assert place is not None
    assert place.stage is stage


def test_a_report_for_a_cycle_that_was_never_asked_moves_nothing() -> None:
    place = reached(Stage.REQUESTED, 5, cycle=1, part=1).joined(taken_in(6, cycle=9, connection=1)).place
    assert place is not None
    assert place.stage is Stage.REQUESTED


def test_a_parked_registration_is_parked_until_it_moves() -> None:
    parked = reached(Stage.ACCEPTED, 6, cycle=1).joined(Standing(6, parked=Parked(6, "enrichment", "BUG")))
    assert parked.is_parked
    assert not parked.joined(reached(Stage.ENRICHED, 7, cycle=1)).is_parked


def test_the_page_counts_ages_and_names_who_is_stuck() -> None:
    known = [(f"id-{number}", reached(Stage.REQUESTED, number * 1000, cycle=1, part=1)) for number in range(100)]
    drawn = picture(known, {Stage.REQUESTED: 90}, 100_000)
    (column,) = (one for one in drawn.columns if one.stage is Stage.REQUESTED)
    assert (column.registrations, column.oldest_s, column.p50_s, column.p95_s) == (100, 100, 50, 95)
    assert drawn.stuck == 10
    text = page(drawn, State(ready=True, waiting=0, unreadable=0), refresh=True)
    assert drawn.alerts[0].reference in text
    assert "id-0" not in text


def test_an_hour_without_failures_is_not_drawn_in_their_colour() -> None:
    text = page(picture([], {}, 0), State(ready=True, waiting=0, unreadable=0), refresh=False)
    assert re.findall(r'<polyline class="(\w+)"', text) == ["failures", "completions", "arrivals"]


def test_of_the_last_hour_each_minute_counts_what_came_what_works_since_and_what_failed() -> None:
    minute_ms = 60_000
    works = reached(Stage.REALISED, 59 * minute_ms, cycle=1, part=1)
    parked = Standing(60 * minute_ms, parked=Parked(60 * minute_ms, "intake", "BUG"))
    known = {
        "before": reached(Stage.ACCEPTED, minute_ms - 1, cycle=1),
        "works": reached(Stage.SUBMITTED, minute_ms, cycle=0).joined(works),
        "refused": reached(Stage.REFUSED, 59 * minute_ms, cycle=1, part=1),
        "parked and rejected": reached(Stage.REJECTED, 60 * minute_ms, cycle=1).joined(parked),
    }
    drawn = picture(known.items(), {}, 60 * minute_ms + 1)
    happened = {one.at_ms // minute_ms: (one.arrivals, one.completions, one.failures) for one in drawn.minutes}
    assert list(happened) == list(range(1, 61))
    counted = {minute: counts for minute, counts in happened.items() if any(counts)}
    assert counted == {1: (1, 0, 0), 59: (1, 1, 1), 60: (1, 0, 2)}
    assert drawn.parked == 1


def test_records_that_could_not_be_read_are_told_beside_the_registrations_and_where_to_look() -> None:
    told, silent = (page(picture([], {}, 0), State(True, 0, unreadable), refresh=False) for unreadable in (7, 0))
    assert '<span class="odd">and 7 records that could not be read: <code>koppeling parked list</code>' in told
    assert "could not be read" not in silent


def test_one_of_a_kind_is_told_as_one() -> None:
    told = page(picture([], {}, 0), State(ready=True, waiting=1, unreadable=1), refresh=False)
    assert "Up to date: 1 record waiting" in told
    assert "and 1 record that could not be read" in told


def test_a_view_that_is_not_ready_says_so() -> None:
    text = page(picture([], {}, 0), State(ready=False, waiting=7, unreadable=0), refresh=False)
    assert "7 records to go" in text
    assert 'refresh"' not in text


@given(st.integers(0, 10**9))
def test_an_age_is_short(seconds: int) -> None:
    assert len(age(seconds)) < 14


def test_the_same_alert_has_the_same_id() -> None:
    place = reached(Stage.REQUESTED, 1_780_000_000_000, cycle=1, part=1).place
    assert place is not None
    first, _ = alert("one", place, 9, datetime(2026, 1, 1, tzinfo=UTC))
    later, _ = alert("one", place, 9, datetime(2026, 1, 2, tzinfo=UTC))
    assert first.id == later.id


@pytest.mark.parametrize(
    ("topic", "once_more"),
    [
        ("link-requested", {"number": 1}),
        ("policy-awaited", {"number": 1}),
        ("registration-held", {"is_reminder": True}),
        ("customer-action-needed", {"is_reminder": True}),
    ],
)
def test_a_reminder_ends_no_silence(topic: str, once_more: dict[str, Any]) -> None:
    found = next(one for one in examples() if one.event.name == topic and one.parked is None)
    said = codec.decode(topic, found.headers, found.value).event
    first = standing_of(said.model_copy(update=dict.fromkeys(once_more, 0)), NOW)
    reminded = standing_of(said.model_copy(update=once_more), NOW + timedelta(days=7))
    assert join([first, reminded]).place == first.place is not None


def test_a_reminder_says_that_the_customer_has_to_act_whatever_else_was_said_since_the_first_question() -> None:
    found = next(one for one in examples() if one.event is CustomerActionNeeded and one.parked is None)
    asked: Any = codec.decode(found.event.name, found.headers, found.value).event
    first = standing_of(asked.model_copy(update={"is_reminder": False}), NOW)
    at_ms, connection = first.arrived_ms, asked.contact.connection
    outdated, later = [taken_in(at_ms + ms, cycle=asked.cycle, connection=connection) for ms in (1, 3)]
    reminder = standing_of(asked.model_copy(update={"is_reminder": True}), NOW + timedelta(milliseconds=2))
    parked = Standing(at_ms + 1, parked=Parked(at_ms + 1, "provisioning", "BUG"))
    assert join([first, outdated, reminder]).place == first.place
    assert join([first, outdated, reminder, later]).place == Place(Stage.ACCEPTED_BY_KEYLANE, at_ms + 3, asked.cycle)
    assert join([first, parked, reminder]).is_parked
