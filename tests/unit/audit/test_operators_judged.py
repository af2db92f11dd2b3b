"""What operators did, said as events, and held against their own rows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import JsonValue

from ops.actions.acted import acted
from ops.actions.action import Action
from ops.audit.judge.evidence import Evidence, Log, LogRecord, Place
from ops.audit.judge.verdict import judge
from ops.audit.parties import parties
from schemas import codec
from schemas.events import OperatorActed

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
REGISTRATION = "d84e5666-c253-85f3-bd76-9d1f170c8fc4"


def action(
    *, registration: str | None = REGISTRATION, why: str = "a test", target: str = "a row", **before: JsonValue
) -> Action:
    return Action(
        id=UUID(int=7), command=UUID(int=8), at=NOW, who="operator", role="administrator", what="retry", why=why,
        service="enrichment", target=target, registration=registration,
        before={"attempt": 1, **before}, after={"due": True},
    )  # fmt: skip


def evidence(one: Action, *actions: str) -> Evidence:
    headers, value = codec.encode(*acted(one))
    record = LogRecord(OperatorActed.name, 0, 0, b"key", headers, value)
    logs = {Place(OperatorActed.name, 0): Log((record,), 1, 0, 0)}
    return Evidence(NOW, parties(), logs, {}, {}, actions=frozenset(actions))


def codes(given: Evidence) -> Iterator[str]:
    return (finding.code for finding in judge(given, at_rest=False).findings)


def test_what_stands_in_the_rows_may_be_said() -> None:
    assert "EVENT_FROM_NOWHERE" not in codes(evidence(action(), str(UUID(int=7))))
    assert "EVENT_FROM_NOWHERE" not in codes(replace(evidence(action()), actions=None)), "nobody has looked"


def test_what_no_row_tells_of_comes_from_nowhere() -> None:
    assert "EVENT_FROM_NOWHERE" in codes(evidence(action()))


def test_an_id_that_does_not_follow_from_the_row_comes_from_nowhere() -> None:
    given = evidence(action(), str(UUID(int=7)))
    (place, log), *_ = given.logs.items()
    headers = tuple((n, b"0" * 36 if n == "ce_id" else value) for n, value in log.records[0].headers)
    other = replace(log, records=(log.records[0]._replace(headers=headers),))
    assert "EVENT_FROM_NOWHERE" in codes(replace(given, logs={place: other}))


def test_the_event_follows_from_its_row_alone() -> None:
    assert codec.encode(*acted(action())) == codec.encode(*acted(action()))
    envelope, event = acted(action())
    assert (envelope.subject, envelope.time, event.before, event.after) == (
        REGISTRATION, NOW, {"attempt": 1}, {"due": True},
    )  # fmt: skip
    assert acted(action(registration=None))[0].subject == str(UUID(int=7))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("mailed jan@bakkerij.example, who agreed", "mailed … who agreed"),
        ("it was 123456782L01 after all", "it was … after all"),
        ("BSN 123456782.", "BSN …."),
        ("bsn-123456782, lhnr123456782L01, NL123456782B01", "bsn-…, lhnr…, NL…"),
        ("1234.56.782 or 1234 56 782", "… or …"),
        ("row 5446d01c-ff2f-42ab-a526-536079107845", "row 5446d01c-ff2f-42ab-a526-536079107845"),
        ("1.4.1 is deployed since 26-11-2026 10:31", "1.4.1 is deployed since 26-11-2026 10:31"),
    ],
)
def test_what_is_personal_in_a_reason_stays_in_the_row(typed: str, said: str) -> None:
    event = acted(action(why=typed, target=typed, reason=typed, rows=[{"note": typed}]))[1]
    assert event.why == event.target == said
    assert event.before == {"attempt": 1, "reason": said, "rows": [{"note": said}]}
