"""The demo's last line: connections that should work, connections that do, and confirmations, counted and compared."""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.audit.judge.called_for import Link
from ops.audit.judge.evidence import (
    AcceptedMail,
    EffectRow,
    Evidence,
    Log,
    LogRecord,
    Party,
    Place,
    SubmittedForm,
    Tables,
)
from ops.audit.judge.history import History
from ops.audit.judge.tally import Tally, tally

CONNECTIONS = range(6)
PARTIES = (Party("provisioning", (), ("link-realised",)), Party("notifier", ("link-realised",), ()))


def row(number: int, *, connection: int | None = None, uncertain: bool = False, epoch: int = 0) -> EffectRow:
    occasion = f"connection {number if connection is None else connection}"
    status = "UNCERTAIN" if uncertain else "SENT"
    return EffectRow(UUID(int=number), "me", "link-realised", occasion, "applicant", epoch, None, status)


def realised_record(connection: int) -> LogRecord:
    headers = {"ce_id": f"event {connection}", "ce_source": "urn:salariskoppeling:provisioning", "ce_subject": "me"}
    value = json.dumps({"contact": {"connection": connection, "employer_code": f"code {connection}"}, "cycle": 1})
    said = tuple((name, text.encode()) for name, text in headers.items())
    return LogRecord("link-realised", 0, connection, b"me", said, value.encode())


def counted(
    expected: Collection[int], realised: Collection[int], rows: Collection[EffectRow], mailed: Mapping[int, int]
) -> Tally:
    records = tuple(realised_record(number) for number in realised)
    evidence = Evidence(
        now=datetime(2026, 11, 23, tzinfo=UTC),
        parties=PARTIES,
        logs={Place("link-realised", 0): Log(records, len(CONNECTIONS))},
        committed={},
        tables={"notifier": Tables(effects=tuple(rows))},
        mails=tuple(
            AcceptedMail(str(UUID(int=n)), ("a@b.example",)) for n, count in mailed.items() for _ in range(count)
        ),
        submitted=(SubmittedForm("me", frozenset(f"code {number}" for number in expected)),),
    )
    return tally(History(evidence, at_rest=True))


def test_one_confirmation_for_each_expected_connection_is_good() -> None:
    found = counted([0, 1], [0, 1], [row(0), row(1)], {0: 1, 1: 1})
    assert found.good
    assert str(found) == "2 of 2 realised, 2 mails, 0 lost, 0 double"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (counted([0, 1], [0, 1], [row(0), row(1)], {0: 1}), "2 of 2 realised, 1 mails, 1 lost, 0 double"),
        (counted([0, 1], [0, 1], [row(0), row(1)], {0: 2, 1: 1}), "2 of 2 realised, 3 mails, 0 lost, 1 double"),
        (counted([0], [0], [row(0), row(1, connection=0)], {0: 1, 1: 1}), "1 of 1 realised, 2 mails, 0 lost, 1 double"),
        (counted([0, 1], [0], [row(0)], {0: 1}), "1 of 2 realised, 1 mails, 1 lost, 0 double"),
        (
            counted([0, 1], [0, 1], [row(0), row(1, uncertain=True)], {0: 1}),
            "2 of 2 realised, 1 mails, 0 lost, 0 double, 1 uncertain",
        ),
        (
            counted([0], [0], [row(0), row(1)], {0: 1, 1: 1}),
            "1 of 1 realised, 2 mails, 0 lost, 0 double, 1 unfounded",
        ),
        (counted([0], [0, 1], [row(0), row(1)], {0: 1, 1: 1}), "2 of 1 realised, 2 mails, 0 lost, 0 double"),
    ],
    ids=["lost", "sent twice", "planned twice", "not realised", "uncertain", "unfounded", "nobody expected it"],
)
def test_whatever_is_off_is_counted_and_not_good(found: Tally, said: str) -> None:
    assert str(found) == said
    assert not found.good


def test_an_uncertain_mail_that_did_arrive_is_a_confirmation() -> None:
    assert counted([0], [0], [row(0, uncertain=True)], {0: 1}).good


def test_what_an_operator_had_sent_again_is_not_double() -> None:
    found = counted([0], [0], [row(0), row(1, connection=0, epoch=1)], {0: 1, 1: 1})
    assert (found.good, found.mails) == (True, 2)


def test_what_is_lost_is_named() -> None:
    assert counted([0, 1], [0, 1], [row(0), row(1)], {0: 1}).lost == (Link("me", "code 1"),)


@given(
    st.sets(st.sampled_from(CONNECTIONS)),
    st.sets(st.sampled_from(CONNECTIONS)),
    st.lists(st.tuples(st.sampled_from(CONNECTIONS), st.integers(0, 3), st.booleans()), max_size=8),
)
def test_a_tally_is_good_exactly_when_mailbox_and_topics_agree_with_what_was_expected(
    expected: set[int], realised: set[int], planned: list[tuple[int, int, bool]]
) -> None:
    rows = [
        row(number, connection=connection, uncertain=unsure) for number, (connection, _, unsure) in enumerate(planned)
    ]
    counts = {number: count for number, (_, count, _) in enumerate(planned)}
    confirmed: Counter[int] = Counter({connection: 0 for connection, _, _ in planned})
    for number, (connection, _, _) in enumerate(planned):
        confirmed[connection] += counts[number]
    sure = not any(unsure and not count for _, count, unsure in planned)
    agrees = expected == realised == {connection for connection, count in confirmed.items() if count}
    once = all(count <= 1 for count in confirmed.values())
    assert counted(expected, realised, rows, counts).good == (agrees and once and sure)
