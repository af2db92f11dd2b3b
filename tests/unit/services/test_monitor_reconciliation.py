from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_jsonable_python

from schemas import codec
from schemas.event import Event
from schemas.events import CustomerActionNeeded, ProvisioningReported
from schemas.example import examples
from schemas.flow import MONITOR, TIMELINE
from services.monitor.contribution import reached, reminds, standing_of, taken_in
from services.monitor.difference import UNANSWERED, Difference, Reconciled, compared, rows
from services.monitor.page import State, page
from services.monitor.picture import picture
from services.monitor.reconciliation import AT_ONCE_MAX, ROUND_STEPS_MIN, Reconciliation
from services.monitor.remembered import remembered
from services.monitor.stage import Stage
from services.monitor.standing import Parked, Standing, join
from services.timeline.said import said
from stream.errors import Deadlocked, StoreUnavailable

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LASTING_MS = 1_000
STEPS = 2 * ROUND_STEPS_MIN
STAGES = st.none() | st.sampled_from(Stage)
SEEN = st.lists(st.tuples(st.sampled_from("abc"), STAGES, STAGES), max_size=6)


def entry(event: Event, at: str) -> list[object]:
    """As the timeline's table gives it."""
    kept = to_jsonable_python(said(event))
    return [event.name, at, kept["cycle"], kept["connection"]]


def said_first(event: Event) -> Event:
    return event.model_copy(update={"number": 0, "is_reminder": False}) if reminds(event) else event


BOTH = {event.name for event in MONITOR.consumes} & {event.name for event in TIMELINE.consumes}
EXAMPLES = [one for one in examples() if one.parked is None and one.event.name in BOTH]


def test_what_the_timeline_keeps_of_an_event_leads_to_the_stage_that_the_event_leads_to() -> None:
    kept: dict[str, Stage | None] = {}
    told: dict[str, Stage | None] = {}
    for one in EXAMPLES:
        decoded = codec.decode(one.event.name, one.headers, one.value)
        # Other reports are left out by the table's view.
        if getattr(decoded.event, "report", "accepted") == "accepted":
            # A reminder is of what was said before.
            at, both = decoded.envelope.time, (said_first(decoded.event), decoded.event)
            place = join([standing_of(event, at) for event in both]).place
            kept[one.name] = remembered([entry(event, at.isoformat()) for event in both])
            told[one.name] = place and place.stage
    assert told
    assert kept == told


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_reminder_leads_where_what_the_timeline_keeps_leads(order: tuple[int, ...]) -> None:
    question, reminder, report = [NOW + timedelta(seconds=place) for place in order]
    asks = next(one for one in EXAMPLES if one.event is CustomerActionNeeded)
    reminds_of: Any = codec.decode(asks.event.name, asks.headers, asks.value).event
    first, again = [reminds_of.model_copy(update={"is_reminder": once_more}) for once_more in (False, True)]
    cycle, connection = first.cycle, first.contact.connection
    accepted = taken_in(int(report.timestamp() * 1000), cycle=cycle, connection=connection)
    place = join([standing_of(first, question), standing_of(again, reminder), accepted]).place
    entries = [entry(first, question.isoformat()), entry(again, reminder.isoformat())]
    kept = remembered([*entries, [ProvisioningReported.name, report.isoformat(), cycle, connection]])
    assert kept is (place and place.stage) is not None


def test_of_nothing_that_leads_anywhere_there_is_no_stage() -> None:
    assert remembered([]) is None


@given(st.lists(SEEN, max_size=5))
def test_what_is_left_is_what_differed_when_it_was_last_seen(
    looks: list[list[tuple[str, Stage | None, Stage | None]]],
) -> None:
    differences: dict[str, Difference] = {}
    last: dict[str, tuple[Stage | None, Stage | None]] = {}
    for now_ms, seen in enumerate(looks):
        differences = compared(differences, seen, now_ms)
        last |= {one: (here, there) for one, here, there in seen}
    plain = {one: [None if stage in UNANSWERED else stage for stage in both] for one, both in last.items()}
    assert differences.keys() == {one for one, (here, there) in plain.items() if here != there}
    assert all((found.here, found.there) == last[one] for one, found in differences.items())


def test_a_difference_is_as_old_as_the_first_look_since_when_it_was_always_there() -> None:
    first = compared({}, [("one", Stage.ACCEPTED, None)], 5)
    assert compared(first, [("one", Stage.ENRICHED, Stage.ACCEPTED)], 9)["one"].since_ms == 5
    equal = compared(first, [("one", Stage.ACCEPTED, Stage.ACCEPTED)], 9)
    assert compared(equal, [("one", Stage.ENRICHED, Stage.ACCEPTED)], 12)["one"].since_ms == 12


def test_a_form_that_nobody_has_answered_is_no_difference() -> None:
    assert compared({}, [("one", Stage.SUBMITTED, None), ("two", Stage.PASSED_ON, None)], 0) == {}


def test_differences_are_shown_once_they_last_together_by_what_they_are_and_the_longest_first() -> None:
    known = {
        **{f"young-{number}": Difference(Stage.REALISED, None, 500) for number in range(2)},
        **{f"id-{number}": Difference(Stage.REALISED, Stage.REQUESTED, 300 - number) for number in range(5)},
        "gone": Difference(None, Stage.REALISED, 100),
    }
    found = [
        (row.here, row.there, row.registrations, row.since_ms, len(row.references)) for row in rows(known, 600, 1_000)
    ]
    assert found == [(None, Stage.REALISED, 1, 100, 1), (Stage.REALISED, Stage.REQUESTED, 5, 296, 3)]


@dataclass
class Remembers:
    """Postgres, as a test has it."""

    known: dict[str, Stage | None]
    answers: bool = True
    asked: list[int] = field(default_factory=list)

    async def after(self, registration: str, limit: int) -> list[str]:
        if not self.answers:
            raise StoreUnavailable("away")
        return [one for one in sorted(self.known) if one > registration][:limit]

    async def stages(self, registrations: Collection[str]) -> Mapping[str, Stage | None]:
        self.asked.append(len(registrations))
        return {one: stage for one, stage in self.known.items() if one in registrations}


@dataclass
class Refuses(Remembers):
    error: Exception = field(kw_only=True)

    async def stages(self, registrations: Collection[str]) -> Mapping[str, Stage | None]:
        del registrations
        raise self.error


def many(count: int) -> dict[str, Standing]:
    return {f"id-{number:05}": reached(Stage.ACCEPTED, 1, cycle=1) for number in range(count)}


async def gone_round(one: Reconciliation, now_ms: int) -> Reconciled:
    """What is seen after so many steps that everything has been compared twice, and has lasted."""
    for _ in range(STEPS):
        await one.step(now_ms)
    return one.seen(LASTING_MS, now_ms + LASTING_MS)


async def test_what_one_of_them_lacks_is_found_wherever_it_stands() -> None:
    here = many(1_700)
    there = Remembers(dict.fromkeys(many(1_701), Stage.ACCEPTED))
    del there.known["id-01300"]
    there.known["id-00007"] = Stage.ENRICHED
    seen = await gone_round(Reconciliation(there, lambda: here), 10)

    assert {(row.here, row.there, row.registrations) for row in seen.rows} == {
        (Stage.ACCEPTED, None, 1),
        (Stage.ACCEPTED, Stage.ENRICHED, 1),
        (None, Stage.ACCEPTED, 1),
    }
    assert (seen.compared, seen.silent_since_ms) == (1_700, None)


async def test_a_step_asks_for_no_more_than_its_part_however_much_differs() -> None:
    here = {f"here-{number}": reached(Stage.ACCEPTED, 1, cycle=1) for number in range(2_000)}
    there = Remembers(dict.fromkeys(many(2_000), Stage.ACCEPTED))
    seen = await gone_round(Reconciliation(there, lambda: here), 10)
    assert sum(row.registrations for row in seen.rows) == 4_000
    assert max(there.asked) <= 3 * AT_ONCE_MAX


@pytest.mark.parametrize(("here", "there"), [(8_000, 0), (0, 8_000)])
async def test_all_are_compared_however_many_steps_that_takes(here: int, there: int) -> None:
    known = many(here)
    one = Reconciliation(Remembers(dict.fromkeys(many(there), Stage.ACCEPTED)), lambda: known)
    steps = 8_000 // AT_ONCE_MAX + 1
    for now_ms in range(1, steps + 1):
        await one.step(now_ms)
    seen = one.seen(0, steps)
    assert (seen.compared, seen.whole_at_ms, seen.rows[0].registrations) == (here, steps, 8_000)


async def test_as_many_count_as_compared_as_the_view_counts_registrations() -> None:
    here = {**many(3), "nobody": Standing(arrived_ms=1, parked=Parked(1, "intake", "HEADER_MISSING"))}
    there = Remembers(dict.fromkeys(many(3), Stage.ACCEPTED))
    seen = await gone_round(Reconciliation(there, lambda: here), 10)
    assert seen.compared == picture(here.items(), {}, 10).registrations == 3


async def test_few_registrations_are_not_compared_over_and_over() -> None:
    here = many(3)
    there = Remembers(dict.fromkeys(here, Stage.ACCEPTED))
    one = Reconciliation(there, lambda: here)
    for now_ms in range(3 * ROUND_STEPS_MIN):
        await one.step(now_ms)
    assert there.asked == [3, 3, 3]
    assert one.seen(LASTING_MS, 0).whole_at_ms == 2 * ROUND_STEPS_MIN


async def test_what_is_made_good_is_shown_no_more() -> None:
    here, there = many(3), Remembers({})
    one = Reconciliation(there, lambda: here)
    assert (await gone_round(one, 10)).rows
    there.known = dict.fromkeys(here, Stage.ACCEPTED)
    assert (await gone_round(one, 5_000)).rows == ()


async def test_without_an_answer_it_is_said_since_when_and_what_differed_is_known_still() -> None:
    here, there = many(3), Remembers({})
    one = Reconciliation(there, lambda: here)
    await gone_round(one, 10)
    there.answers = False
    for now_ms in (5_000, 6_000):
        await one.step(now_ms)
    seen = one.seen(LASTING_MS, 7_000)
    assert (seen.silent_since_ms, seen.rows[0].registrations) == (5_000, 3)
    there.answers = True
    assert (await gone_round(one, 8_000)).silent_since_ms is None


@pytest.mark.parametrize("error", [asyncpg.InsufficientPrivilegeError(), Deadlocked()])
async def test_a_refusal_is_no_answer(error: Exception) -> None:
    one = Reconciliation(Refuses({}, error=error), lambda: many(1))
    await one.step(7)
    assert one.seen(LASTING_MS, 8).silent_since_ms == 7


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (None, "given no Postgres"),
        (Reconciled(), "Not all registrations were compared yet"),
        (Reconciled(7, 1_000), "As Postgres: 7 registrations compared, the last at 00:00:01 UTC"),
        (Reconciled(7, 1_000, 61_000), "does not answer, since 00:01:01 UTC"),
        (
            Reconciled(7, 1_000, None, rows({"one": Difference(Stage.REALISED, None, 0)}, 0, 61_000)),
            "1 stand elsewhere in Postgres",
        ),
    ],
)
def test_the_page_says_what_came_of_comparing(seen: Reconciled | None, words: str) -> None:
    state = State(ready=True, waiting=0, unreadable=0, postgres=seen)
    assert words in page(picture([], {}, 61_000), state, refresh=False)
