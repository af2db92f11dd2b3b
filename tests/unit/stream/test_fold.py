"""What becomes of each record of a batch, and what the batch comes to."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from toy import (
    LANES,
    NOW,
    Claim,
    Tally,
    again,
    decide,
    event_of,
    fold,
    garbage,
    of_a_newer_version,
    parked_before,
    report,
    row_of,
    service,
    tally,
)

from schemas import codec
from schemas.envelope import Envelope
from schemas.events import DeadLettered, FormReceived, NotificationSent, PolicyAwaited, ProvisioningCancelled
from schemas.parked_cause import cause_of
from schemas.values import Contact
from stream.answer import Answer, Result
from stream.decode import Received, Undecodable, decode
from stream.document import DocumentKey, Gate
from stream.errors import Refused
from stream.fold import Fold
from stream.identity import moved_id, reused_id
from stream.lane import SHARED_LANE, lane_of
from stream.record import Record
from stream.service import Case, Emit, Ignore, Outcome
from stream.store import WAKE_UP_TOPIC, OutcomeKind, Recorded, Row, RowKind

A, B = "registration-a", "registration-b"
MINE = DocumentKey("tally", A)


SERIES = "urn:ours/provisioning-cancelled/1"


def cancelled(event_id: str, *, revision: int | None, connection: int = 1) -> Record:
    """An event of our own, which keeps an order among those of its connection."""
    contact = Contact(
        reference="r", package="exact", company_name="c", email="a@b.example", connection=connection, employer_code="1"
    )
    event = ProvisioningCancelled(contact=contact, cycle=1, reason="withdrawn")
    envelope = Envelope(event_id, "urn:ours", event.name, event.version, A, NOW, revision=revision)
    headers, value = codec.encode(envelope, event)
    return Record(event.name, lane_of(A, LANES), 0, A.encode(), value, headers)


def results(folded: Fold) -> list[Result]:
    return [answer.result for answer in folded.answers]


def answer_of(folded: Fold) -> Answer:
    (answer,) = folded.answers
    return answer


def test_a_decision_is_journaled_with_its_messages_documents_and_effects() -> None:
    item = decode(report(A, "1", said="configured", cycle=7))
    settlement = fold([item]).settlement([])

    (entry,) = settlement.journal
    assert (entry.id, entry.hash, entry.attempt, entry.outcome) == (item.id, item.hash, 1, OutcomeKind.EMIT)
    assert (entry.subject, entry.first_at, entry.reason) == (A, NOW, None)
    assert [message.revision for message in entry.messages] == [1, 2]
    lane, state = settlement.states[MINE]
    assert lane == lane_of(A, LANES)
    assert (state.document, state.revision, state.correlation) == (Tally(cycles=(7,)), 2, "root")
    assert [(effect.kind, effect.occasion, effect.subject) for effect in settlement.effects] == [("told", "cycle 7", A)]


def test_what_is_emitted_says_because_of_what_and_about_whom() -> None:
    (message,) = fold([decode(report(A, "1"))]).messages
    envelope = event_of(message).envelope
    assert (envelope.source, envelope.subject, envelope.causation) == ("urn:salariskoppeling:toy", A, "1")
    assert (envelope.correlation, envelope.traceparent) == ("root", "trace")
    assert (envelope.revision, message.lane) == (1, lane_of(A, LANES))
    assert message.topic == PolicyAwaited.name


def test_decided_otherwise_what_is_emitted_has_the_same_id_so_that_readers_see_that_it_is_another() -> None:
    sent = NotificationSent(kind="told", occasion="1", role="applicant", epoch=0, sent_at=NOW)
    decisions = (decide, lambda _: Emit((sent,)))
    first, second = (fold([decode(report(A, "1"))], toy=service(decision)).messages for decision in decisions)
    assert [message.topic for message in (*first, *second)] == [PolicyAwaited.name, NotificationSent.name]
    assert event_of(first[0]).envelope.id == event_of(second[0]).envelope.id


def test_the_second_record_of_a_batch_sees_what_the_first_one_did() -> None:
    folded = fold([decode(report(A, "1", cycle=1)), decode(report(A, "2", cycle=2, offset=1))])
    assert folded.settlement([]).states[MINE][1].document == Tally(cycles=(1, 2))
    assert [message.revision for message in folded.messages] == [1, 2]


def test_records_of_other_keys_see_a_shared_document_as_the_batch_left_it() -> None:
    claim = DocumentKey("claim", "one")

    def take(case: Case[str]) -> Outcome:
        found = case.documents.get(Claim, "one") or Claim()
        return Emit(documents={claim: Claim(taken_by=(*found.taken_by, case.subject))})

    folded = fold([decode(report(A, "1")), decode(report(B, "2"))], toy=service(take, touches=lambda *_: (claim,)))
    lane, state = folded.settlement([]).states[claim]
    assert state.document == Claim(taken_by=(A, B))
    assert (lane, state.revision) == (SHARED_LANE, 2)


def test_a_gate_that_is_written_again_has_another_revision() -> None:
    gate = DocumentKey("gate", "g")
    opened = service(lambda case: Emit(documents={gate: Gate(open=case.subject == A)}), touches=lambda *_: (gate,))
    first = fold([decode(report(A, "1"))], toy=opened).settlement([]).states[gate][1]
    second = fold([decode(report(B, "2"))], toy=opened, states={gate: first}).settlement([]).states[gate][1]
    assert (first.revision, second.revision) == (1, 2)


def test_a_repeat_is_answered_with_what_was_recorded() -> None:
    item = decode(report(A, "1"))
    once = fold([item])
    recorded = {item.id: Recorded(item.hash, 1, OutcomeKind.EMIT, tuple(once.messages))}
    twice = fold([item], recorded=recorded)
    assert results(twice) == [Result.REPEATED]
    assert twice.messages == once.messages
    assert twice.settlement([]).journal == []


def test_a_repeat_within_the_batch_is_decided_once_and_its_messages_go_out_once() -> None:
    record = report(A, "1")
    folded = fold([decode(record), decode(record._replace(offset=9))])
    assert results(folded) == [Result.EMITTED, Result.REPEATED]
    assert len(folded.messages) == len(folded.settlement([]).journal) == 1


@pytest.mark.parametrize("in_one_batch", [True, False])
def test_an_id_used_again_with_another_body_is_parked_under_an_id_of_its_own(in_one_batch: bool) -> None:  # noqa: FBT001
    first, second = decode(report(A, "1")), decode(report(A, "1", cycle=2, offset=1))
    recorded = {first.id: Recorded(first.hash, 1, OutcomeKind.EMIT, ())}
    folded = fold([first, second]) if in_one_batch else fold([second], recorded=recorded)

    answer = folded.answers[-1]
    assert (answer.result, answer.reason) == (Result.PARKED, "ID_REUSED")
    (row,) = folded.settlement([]).new_rows
    assert (row.id, row.blocks, row.due_at) == (reused_id(first.id, second.hash), False, None)
    assert folded.settlement([]).journal[-1].id == row.id


def test_a_second_body_that_is_repeated_is_answered_as_before() -> None:
    first, second = decode(report(A, "1")), decode(report(A, "1", cycle=2))
    own = reused_id(first.id, second.hash)
    recorded = {
        first.id: Recorded(first.hash, 1, OutcomeKind.EMIT, ()),
        own: Recorded(second.hash, 1, OutcomeKind.PARK, ()),
    }
    assert results(fold([second], recorded=recorded)) == [Result.REPEATED]
    assert results(fold([first, second, second])) == [Result.EMITTED, Result.PARKED, Result.REPEATED]


def test_a_record_with_a_lower_revision_than_one_seen_is_ignored_as_stale() -> None:
    newer, older = cancelled("2", revision=5), cancelled("1", revision=4)
    folded = fold([decode(newer), decode(older)])
    assert results(folded) == [Result.EMITTED, Result.IGNORED]
    assert folded.answers[1].reason == "STALE_REVISION"
    _, state = folded.settlement([]).states[MINE]
    assert (state.seen, state.correlation) == ({SERIES: 5}, "2")


@pytest.mark.parametrize("other", [{"connection": 2}, {"revision": None}, {"revision": 5}])
def test_only_the_same_series_makes_a_record_stale(other: dict[str, int]) -> None:
    fields = {"revision": 4} | other
    assert results(fold([decode(cancelled("1", **fields))], states=tally(A, seen={SERIES: 5}))) == [Result.EMITTED]


def test_what_another_company_numbers_orders_nothing() -> None:
    newer, older = report(A, "2", revision=5), report(A, "1", said="configured", revision=4, offset=1)
    folded = fold([decode(newer), decode(older)])
    assert results(folded) == [Result.EMITTED, Result.EMITTED]
    assert folded.settlement([]).states[MINE][1].seen == {}


def test_an_ignored_record_is_journaled_with_its_reason_and_counts_as_seen() -> None:
    record, states = cancelled("1", revision=3), tally(A, correlation="root")
    idle = service(lambda _: Ignore("NOTHING_TO_DO"))
    folded = fold([again(record)], toy=idle, recorded=parked_before(record), states=states)
    settlement = folded.settlement([])
    assert (answer_of(folded).result, answer_of(folded).reason) == (Result.IGNORED, "NOTHING_TO_DO")
    assert (settlement.journal[0].outcome, settlement.journal[0].reason) == (OutcomeKind.IGNORE, "NOTHING_TO_DO")
    assert settlement.states[MINE][1] == states[MINE]._replace(seen={SERIES: 3})
    assert [answer.handled for answer in settlement.answers] == [True]


@pytest.mark.parametrize(("key", "root"), [(A, "root"), (B, "own")])
def test_what_is_said_counts_also_where_nothing_else_is_remembered(key: str, root: str) -> None:
    told = PolicyAwaited(reference="r", applicant=None, cycle=1, reason="POLICY_NOT_FOUND")
    record, states, main = report(A, "1"), tally(key, correlation="own"), DocumentKey("tally", key)
    row = replace(row_of(record, attempt=0, kind=RowKind.QUEUED), key=key)
    folded = fold([decode(record, row)], toy=service(lambda _: Emit((told, told))), states=states)
    assert folded.settlement([]).states[main][1] == states[main]._replace(revision=3)
    assert [event_of(message).envelope.correlation for message in folded.messages] == [root, root]


def test_an_event_because_of_which_nothing_is_said_is_the_root_of_what_is_said_later() -> None:
    folded = fold([decode(report(A, "1")), deadline()], toy=service(_silent_about_events))
    assert event_of(folded.messages[0]).envelope.correlation == "root"


def _silent_about_events(case: Case[str]) -> Outcome:
    return Emit() if case.envelope else decide(case)


def test_a_record_on_a_wrong_lane_is_moved_and_nothing_else_happens() -> None:
    right = lane_of(A, LANES)
    item = decode(report(A, "1", lane=(right + 1) % LANES))
    folded = fold([item])
    (row,) = folded.settlement([]).new_rows
    assert (row.id, row.lane, row.kind) == (moved_id(item.id, item.hash), right, RowKind.MOVED)
    assert (row.key, row.attempt, row.due_at, row.blocks) == (A, 0, NOW, True)
    assert (folded.settlement([]).journal, folded.messages) == ([], [])
    assert results(folded) == [Result.MOVED]


def test_two_bodies_with_one_id_on_a_wrong_lane_are_both_moved() -> None:
    wrong = (lane_of(A, LANES) + 1) % LANES
    folded = fold([decode(report(A, "1", lane=wrong, cycle=cycle)) for cycle in (1, 2)])
    assert len({row.id for row in folded.settlement([]).new_rows}) == 2


def test_a_moved_record_is_decided_on_the_right_lane_and_its_row_is_done() -> None:
    right = lane_of(A, LANES)
    record = report(A, "1", lane=(right + 1) % LANES)
    item = decode(record)
    row = Row(moved_id(item.id, item.hash), right, A, RowKind.MOVED, 0, record, item.hash, NOW, seq=3)
    folded = fold([decode(record, row)])
    assert results(folded) == [Result.EMITTED]
    assert folded.messages[0].lane == right
    (answer,) = folded.row_answers
    assert (answer.id, answer.attempt, answer.answered_by, answer.handled) == (row.id, 0, item.id, True)


def test_a_record_that_can_not_be_read_is_parked_by_its_place_and_blocks_nothing() -> None:
    folded = fold([decode(garbage(offset=5)), decode(garbage(offset=6)), decode(report(A, "1"))])
    assert results(folded) == [Result.PARKED, Result.PARKED, Result.EMITTED]
    first, second = folded.settlement([]).new_rows
    assert first.id != second.id
    assert (first.key, first.blocks, first.due_at, first.reason) == ("", False, None, "HEADER_MISSING")
    assert first.trace == "HEADER_MISSING: ce_specversion"


def test_a_record_that_can_be_read_since_is_handed_to_its_own_key() -> None:
    record = of_a_newer_version(report(A, "1", lane=3))
    unread = decode(record)
    assert isinstance(unread, Undecodable)
    row = Row(unread.id, 3, "", RowKind.PARKED, 1, report(A, "1", lane=3), unread.hash, NOW, seq=8)
    item = decode(row.record, row)
    assert isinstance(item, Received)
    folded = fold([item], recorded={unread.id: Recorded(unread.hash, 1, OutcomeKind.PARK, ())})

    (moved,) = folded.settlement([]).new_rows
    assert (moved.kind, moved.key, moved.lane) == (RowKind.MOVED, A, lane_of(A, LANES))
    assert moved.hash == decode(report(A, "1")).hash
    (answer,) = folded.row_answers
    assert (answer.id, answer.answered_by, answer.handled) == (unread.id, unread.id, True)


def test_what_is_kept_of_a_record_holds_no_clear_secret() -> None:
    value = b'{"submission_id": "s", "form": {"connections": [{"client_secret": "planted"}]}'
    folded = fold([decode(Record(FormReceived.name, 0, 0, None, value, ()))])
    assert b"planted" not in (folded.settlement([]).new_rows[0].record.value or b"")


def test_an_event_too_large_is_parked_and_nothing_of_it_is_kept() -> None:
    large = service(
        lambda _: Emit(
            (PolicyAwaited(reference="x" * 262_145, applicant=None, cycle=1, reason="POLICY_NOT_FOUND"),),
            {MINE: Tally()},
        )
    )
    folded = fold([decode(report(A, "1"))], toy=large)
    assert (answer_of(folded).result, answer_of(folded).reason) == (Result.PARKED, "EVENT_TOO_LARGE")
    assert [message.topic for message in folded.messages] == [DeadLettered.name]
    assert folded.settlement([]).states == {}
    trace = folded.settlement([]).new_rows[0].trace or ""
    assert trace.startswith("the event policy-awaited: most of it is the field reference\n262")
    assert (trace.endswith("bytes, where 262144 are allowed\n"), "xx" in trace) == (True, False)


def test_a_defect_parks_its_record_with_a_trace_that_holds_no_values() -> None:
    def broken(case: Case[str]) -> Outcome:
        if case.subject == A:
            raise ValueError(f"the name was {case.subject}")
        return decide(case)

    folded = fold([decode(report(A, "1")), decode(report(B, "2"))], toy=service(broken))
    assert results(folded) == [Result.PARKED, Result.EMITTED]
    assert (folded.answers[0].reason, folded.answers[0].suspect) == ("DEFECT_ValueError", A)
    trace = folded.settlement([]).new_rows[0].trace
    assert trace is not None
    assert "in broken" in trace
    assert A not in trace


def test_an_unknown_newer_version_makes_the_release_suspect_and_other_garbage_does_not() -> None:
    newer = decode(of_a_newer_version(report(A, "1")))
    folded = fold([newer, decode(garbage())])
    assert [(answer.reason, answer.suspect) for answer in folded.answers] == [
        ("UNKNOWN_VERSION", str(newer.id)),
        ("HEADER_MISSING", None),
    ]


def test_what_the_database_refuses_is_parked_without_deciding() -> None:
    folded = fold([decode(report(A, "1"))], blamed=Refused("DATABASE_REFUSED_22P05"), toy=service(lambda _: 1 / 0))  # type: ignore[arg-type,return-value]
    assert (answer_of(folded).result, answer_of(folded).reason) == (Result.PARKED, "DATABASE_REFUSED_22P05")
    assert not answer_of(folded).suspect


def test_a_retried_record_that_the_database_refuses_is_parked_again() -> None:
    record = report(A, "1")
    folded = fold([again(record)], recorded=parked_before(record), blamed=Refused("DATABASE_REFUSED_22P05"))
    (answer,) = folded.row_answers
    assert (answer.handled, answer.next_attempt, answer.reason) == (False, 2, "DATABASE_REFUSED_22P05")
    assert folded.settlement([]).journal[0].attempt == 2


def test_a_dead_letter_says_where_and_why_and_no_more() -> None:
    folded = fold([decode(report(A, "1", said="failed", offset=12))])
    (message,) = folded.messages
    letter = event_of(message).event
    assert isinstance(letter, DeadLettered)
    assert (letter.service, letter.topic, letter.offset, letter.event_id) == ("toy", "provisioning-reported", 12, "1")
    assert letter.reason == "NOT_POSSIBLE"
    headers = {name: value for name, value in message.headers if name.startswith("dl_")}
    assert headers == {f"dl_{name}": str(value).encode() for name, value in letter}
    assert (message.revision, message.key) == (0, A)


def test_a_dead_letter_names_the_cause_that_the_row_is_grouped_by() -> None:
    def defective(case: Case[str]) -> Outcome:
        raise ValueError(f"no row for {case.subject}")

    folded = fold([decode(report(A, "1")), decode(report(B, "2"))], toy=service(defective))
    letters = [event_of(message).event for message in folded.messages]
    groups = [cause_of("toy", row.reason, row.trace).group for row in folded.settlement([]).new_rows]
    assert [letter.fingerprint for letter in letters if isinstance(letter, DeadLettered)] == groups
    assert len(set(groups)) == 2


def deadline() -> Received:
    """The wake-up for A's deadline."""
    value = f'{{"kind":"tally","key":"{A}","at":"{NOW.isoformat()}"}}'.encode()
    lane = lane_of(A, LANES)
    record = Record(WAKE_UP_TOPIC, lane, 0, None, value, ())
    row = Row(reused_id(decode(report(A, "x")).id, b""), lane, A, RowKind.WAKE_UP, 0, record, b"", NOW, seq=4)
    item = decode(record, row)
    assert isinstance(item, Received)
    return item


@pytest.mark.parametrize("passed", [timedelta(minutes=-5), timedelta(0), timedelta(minutes=5)])
def test_a_deadline_that_has_come_lies_in_no_decision_s_future(passed: timedelta) -> None:
    seen: list[datetime] = []

    def looked_at(case: Case[str]) -> Outcome:
        seen.append(case.now)
        return decide(case)

    items = [deadline(), decode(report(B, "1"))]
    fold(items, toy=service(looked_at), states=tally(A), now=NOW + passed)
    assert seen == [max(NOW, NOW + passed), NOW + passed]


def test_a_wake_up_is_decided_for_its_document() -> None:
    item = deadline()
    folded = fold([item], states=tally(A, correlation="root"))
    assert results(folded) == [Result.EMITTED]
    assert event_of(folded.messages[0]).envelope.correlation == "root"
    (answer,) = folded.row_answers
    assert (answer.id, answer.attempt, answer.handled) == (item.id, 0, True)


def test_what_follows_a_wake_up_that_is_left_for_the_next_batch_stays_behind_it() -> None:
    first, second, third = [report(A, str(number), offset=number) for number in range(3)]
    rows = [again(first, seq=3), deadline(), again(second, seq=5, kind=RowKind.QUEUED)]
    recalling = replace(service(), recalls=lambda *_: (MINE,))
    folded = fold([*rows, decode(third)], toy=recalling, recorded=parked_before(first) | parked_before(second))
    assert results(folded) == [Result.EMITTED, Result.LEFT, Result.LEFT, Result.QUEUED]
    assert [answer.attempt for answer in folded.answers] == [2, 0, 1, 1]
