"""The worker when all goes well, and what it refuses to go on with."""

from dataclasses import replace
from datetime import timedelta

import pytest
from toy import LANES, NOW, TOPICS, Claim, Facts, Tally, decide, of_a_newer_version, report, service
from world import GROUP, At, World, raising

from schemas.events import DeadLettered
from stream.answer import Result
from stream.brake import RUN_MAX
from stream.document import DocumentKey
from stream.errors import BrakePulled, Refused, StateWentBack, TransportUnavailable
from stream.lane import lane_of
from stream.memory.disturbance import Moment
from stream.record import TopicLane
from stream.service import Case, Cause, Due, Emit, Ignore, Outcome, Park, Touched
from stream.store import Held

KEYS = [f"registration-{number}" for number in range(6)]
COMMIT = At("store", "settle", Moment.BEFORE)


def results(world: World) -> list[Result]:
    return [answer.result for answer in world.answers]


async def test_each_record_is_decided_published_and_committed() -> None:
    world = World.told(report(key, key, cycle=cycle) for cycle, key in enumerate(KEYS, start=1))
    await (await world.worker()).run()

    assert results(world) == [Result.EMITTED] * len(KEYS)
    assert len(set(world.ids())) == len(world.ids()) == len(KEYS)
    assert world.document(KEYS[2]) == Tally(cycles=(3,))
    assert len(world.database.tables.effects) == len(KEYS)
    assert world.is_done()


async def test_a_first_start_begins_at_the_earliest_and_commits_where_that_is() -> None:
    world = World()
    await (await world.worker()).run()
    places = {TopicLane(topic, lane) for topic in TOPICS for lane in range(LANES)}
    assert world.broker.group(GROUP).committed == dict.fromkeys(places, 0)
    assert {lane: held.settled for lane, held in world.database.tables.lanes.items()} == {
        lane: dict.fromkeys(TOPICS, 0) for lane in range(LANES)
    }


async def test_a_first_start_after_retention_begins_where_the_log_does() -> None:
    world = World()
    lane = lane_of(KEYS[0], LANES)
    world.say(report(KEYS[0], str(number), cycle=number + 1) for number in range(4))
    world.broker.expire(TopicLane(TOPICS[0], lane), 3)
    await (await world.worker()).run()
    assert world.document(KEYS[0]) == Tally(cycles=(4,))


async def test_a_restart_goes_on_where_the_last_one_ended() -> None:
    world = World.told([report(KEYS[0], "1", cycle=1)])
    first = await world.worker()
    await first.run()
    await first.transport.close()
    world.say([report(KEYS[0], "2", cycle=2)])
    await (await world.worker()).run()
    assert world.document(KEYS[0]) == Tally(cycles=(1, 2))
    assert len(world.ids()) == 2


async def test_positions_that_an_operator_moved_to_the_log_s_beginning_are_begun_at() -> None:
    world = World.told([report(KEYS[0], "1", cycle=1)])
    await (await world.worker()).run_to_death()
    place = TopicLane(TOPICS[0], lane_of(KEYS[0], LANES))
    world.broker.expire(place, 2)  # the record and, behind it, the end of its publisher's transaction
    with pytest.raises(StateWentBack):
        await (running := await world.worker()).run()
    await running.transport.close()

    world.broker.group(GROUP).committed[place] = 2
    held = world.database.tables.lanes[place.lane]
    world.database.tables.lanes[place.lane] = Held(held.epoch, {**held.settled, place.topic: 2})
    world.say([report(KEYS[0], "2", cycle=2)])
    await (await world.worker()).run()
    assert world.document(KEYS[0]) == Tally(cycles=(1, 2))


async def test_a_batch_of_one_is_a_batch() -> None:
    world = World.told([report(KEYS[0], "1", said="failed"), report(KEYS[1], "2"), report(KEYS[0], "3", cycle=3)])
    await (await world.worker(batch=1)).run()
    assert sorted(results(world)) == [Result.EMITTED, Result.PARKED, Result.QUEUED]


@pytest.mark.parametrize(("batch", "rows"), [(4, 2), (2, 1), (1, 1)])
async def test_rows_take_no_more_than_half_of_a_batch(batch: int, rows: int) -> None:
    world = World.told(report(f"waiting {number}", str(number), said="customer_action_needed") for number in range(8))
    running = await world.worker(batch=batch)
    await running.run()
    world.clock.advance(3600)
    world.say(report(key, key) for key in KEYS)
    before = len(world.answers)
    await running.worker.run_once()
    taken = [answer.item.row is not None for answer in world.answers[before:]]
    assert taken == [True] * rows + [False] * max(batch - rows, 1)


async def test_a_record_waits_until_the_facts_are_there_and_those_behind_it_wait_in_order() -> None:
    facts = Facts()
    world = World.told(
        [report(KEYS[0], "1", cycle=1, said="customer_action_needed"), report(KEYS[0], "2", cycle=2)],
        service(facts=facts),
    )
    running = await world.worker()
    await running.run()
    assert results(world) == [Result.RETRY, Result.QUEUED]

    facts.said = "open"
    world.clock.advance(1)
    again = await world.worker()
    await running.transport.close()
    await again.run()
    assert world.document(KEYS[0]) == Tally(cycles=(1, 2))
    assert world.database.tables.rows == {}


async def test_a_retry_that_never_succeeds_ends_with_a_human_and_a_dead_letter() -> None:
    world = World.told([report(KEYS[0], "1", said="customer_action_needed")])
    running = await world.worker()
    await running.run()
    for _ in range(20):
        world.clock.advance(3600)
        await running.worker.run_once()
    assert [results(world).count(result) for result in (Result.RETRY, Result.PARKED)] == [8, 1]
    assert len(world.ids(DeadLettered.name)) == 1
    (row,) = world.database.tables.rows.values()
    assert (row.due_at, row.attempt) == (None, 9)


async def test_a_record_on_a_wrong_lane_is_decided_on_the_right_one() -> None:
    world = World()
    right = lane_of(KEYS[0], LANES)
    world.say([report(KEYS[0], "1", lane=(right + 1) % LANES)])
    await (await world.worker()).run()
    assert results(world) == [Result.MOVED, Result.EMITTED]
    assert [message.lane for message in world.published()] == [right]
    assert world.database.tables.rows == {}


async def test_a_document_that_is_due_wakes_by_itself() -> None:
    def wait(case: Case[str]) -> Outcome:
        main = DocumentKey("tally", case.subject)
        if isinstance(case.cause, Due):
            return Emit(documents={main: Tally(cycles=(99,))})
        return Emit(documents={main: Tally(due_at=NOW + timedelta(hours=1))})

    world = World.told([report(KEYS[0], "1")], service(wait))
    running = await world.worker()
    await running.run()
    world.clock.advance(3601)
    await running.worker.run_once()
    assert world.document(KEYS[0]) == Tally(cycles=(99,))
    assert world.is_done()


async def test_a_lost_committed_offset_stops_the_service() -> None:
    world = World.told([report(KEYS[0], "1")])
    running = await world.worker()
    await running.run()
    await running.transport.close()
    world.broker.group(GROUP).committed.clear()
    with pytest.raises(StateWentBack):
        await (await world.worker()).run()


@pytest.mark.parametrize("handled", [0, 1])
async def test_a_database_that_came_back_older_stops_the_service(handled: int) -> None:
    world = World.told([report(KEYS[0], "1")] * handled)
    running = await world.worker()
    await running.run()
    older = world.database.snapshot()
    world.say([report(KEYS[0], "2", cycle=2)])
    await running.worker.run_once()
    await running.transport.close()

    world.database.restore(older)
    with pytest.raises(StateWentBack):
        await (await world.worker()).run()


async def test_a_database_that_goes_back_under_a_running_worker_stops_it_at_its_next_batch() -> None:
    world = World()
    running = await world.worker()
    await running.run()
    older = world.database.snapshot()
    for number in (1, 2):
        world.say([report(KEYS[0], str(number), cycle=number)])
        if number == 2:
            world.database.restore(older)
            with pytest.raises(StateWentBack):
                await running.worker.run_once()
        else:
            await running.worker.run_once()


def with_nul(case: Case[str]) -> Outcome:
    outcome = decide(case)
    if isinstance(outcome, Emit) and case.subject in (KEYS[1], KEYS[4]):
        return Ignore("a\0b")
    return outcome


async def test_records_that_the_database_refuses_are_found_and_their_neighbours_are_done() -> None:
    world = World.told((report(key, key) for key in KEYS), service(with_nul))
    running = await world.worker()
    await running.run()
    reasons = {answer.item.subject: answer.reason for answer in world.answers if answer.result is Result.PARKED}  # type: ignore[union-attr]
    assert reasons == dict.fromkeys((KEYS[1], KEYS[4]), "DATABASE_REFUSED_22021")
    assert len(world.ids()) == len(KEYS) - 2
    assert results(world).count(Result.EMITTED) == len(KEYS) - 2


async def test_a_retried_record_that_the_database_refuses_is_parked_and_not_tried_for_ever() -> None:
    def first_later_then_nul(case: Case[str]) -> Outcome:
        return Ignore("a\0b") if case.now > NOW + timedelta(seconds=60) else Park("NOT_YET", retry=True)

    world = World.told([report(KEYS[0], "1")], service(first_later_then_nul))
    running = await world.worker()
    await running.run()
    world.clock.advance(100)
    await running.worker.run_once()
    (row,) = world.database.tables.rows.values()
    assert (row.reason, row.due_at, row.attempt) == ("DATABASE_REFUSED_22021", None, 2)


async def test_if_parking_itself_is_refused_nothing_is_committed_and_the_worker_stops() -> None:
    world = World.told([report(KEYS[0], "1")])
    refused = {At("store", "settle", Moment.BEFORE, nth): raising(Refused("DATABASE_REFUSED_22000")) for nth in (1, 2)}
    with pytest.raises(Refused):
        await (await world.worker(refused)).run()
    assert world.database.tables.journal == {}
    assert not world.is_done()


def broken(case: Case[str]) -> Outcome:
    del case
    raise KeyError


async def test_a_bad_release_stops_and_stays_stopped_and_the_next_one_goes_on() -> None:
    world = World.told(report(f"key {number}", str(number)) for number in range(RUN_MAX))
    bad = service(broken)
    running = await world.worker(toy=bad)
    with pytest.raises(BrakePulled):
        await running.run()
    assert world.database.tables.journal == {}
    assert world.ids(DeadLettered.name) == []
    await running.transport.close()

    stopped = await world.worker(toy=bad)
    with pytest.raises(BrakePulled):
        await stopped.run()
    await stopped.transport.close()

    await (await world.worker(release="2")).run()
    assert results(world) == [Result.EMITTED] * RUN_MAX


async def test_the_brake_remembers_earlier_batches() -> None:
    world = World.told((report(f"key {number}", str(number)) for number in range(RUN_MAX)), service(broken))
    with pytest.raises(BrakePulled):
        await (await world.worker(batch=1)).run()
    assert len(world.database.tables.journal) == RUN_MAX - 1


async def test_other_workers_of_a_stopped_release_stop_when_the_lanes_are_shared_out_again() -> None:
    world = World()
    running = await world.worker(release="1")
    await running.run()
    world.database.tables.brakes["1"] = "because of another worker"
    await running.worker.run_once()
    world.broker.rebalance(GROUP)
    with pytest.raises(BrakePulled):
        await running.worker.run_once()


async def test_a_release_that_an_operator_lets_go_on_parks_what_stopped_it() -> None:
    world = World.told(of_a_newer_version(report(f"key {number}", str(number))) for number in range(2 * RUN_MAX))
    stopped = await world.worker()
    with pytest.raises(BrakePulled):
        await stopped.run()
    await stopped.transport.close()
    world.database.tables.brakes["1"] = None
    await (await world.worker()).run()
    assert results(world) == [Result.PARKED] * 2 * RUN_MAX
    assert world.is_done()


async def test_a_stop_finishes_the_batch_under_way_and_begins_no_other() -> None:
    world = World.told(report(key, key) for key in KEYS)
    running = await world.worker(batch=2)
    running.trouble.planned[COMMIT] = running.keeper.stop
    await running.run()
    assert results(world) == [Result.EMITTED] * 2
    assert sum(world.broker.group(GROUP).committed.values()) == 2
    assert len(world.ids()) == 2


async def test_an_outage_is_waited_out_and_readiness_says_so() -> None:
    world = World.told([report(KEYS[0], "1")])
    running = await world.worker()
    seen: list[tuple[bool, str]] = []

    def away() -> None:
        seen.append((running.keeper.pulse.ready, running.keeper.pulse.why))
        raise TransportUnavailable("away")

    running.trouble.planned |= {At("transport", "publish", Moment.BEFORE, nth): away for nth in (1, 2, 3)}
    before = world.clock.monotonic()
    await running.run()
    assert seen[1:] == [(False, "TransportUnavailable")] * 2
    assert world.clock.monotonic() - before >= 0.1 + 0.2 + 0.4
    assert len(world.ids()) == 1
    assert running.keeper.pulse.ready


def touching_claims(cause: Cause, subject: str) -> tuple[DocumentKey, ...]:
    del cause, subject
    return (DocumentKey("claim", "one"),)


async def test_what_was_found_out_to_name_documents_is_there_for_the_decision() -> None:
    found = {}

    def keep(case: Case[str]) -> Outcome:
        found[case.subject] = case.found
        return Emit()

    toy = replace(service(keep), touches=lambda _cause, subject: Touched(found=f"found of {subject}"))
    world = World.told((report(key, key) for key in KEYS), toy)
    await (await world.worker(batch=2)).run()
    assert found == {key: f"found of {key}" for key in KEYS}


async def test_a_shared_document_is_there_for_everybody_who_touches_it() -> None:
    def count(case: Case[str]) -> Outcome:
        found = case.documents.get(Claim, "one") or Claim()
        return Emit(documents={DocumentKey("claim", "one"): Claim(taken_by=(*found.taken_by, case.subject))})

    world = World.told((report(key, key) for key in KEYS), service(count, touches=touching_claims))
    await (await world.worker(batch=2)).run()
    _, state = world.database.tables.states[DocumentKey("claim", "one")]
    assert sorted(state.document.taken_by) == sorted(KEYS)  # type: ignore[union-attr]
