"""Which positions in Kafka are put back, beside a Postgres that came back older."""

import pytest
from aiokafka import TopicPartition

from ops.service_state.rewinding import rewind_of, rewinding_lines

ABOVE, BELOW, SAME, UNKNOWN, NEVER = (TopicPartition("form-received", lane) for lane in range(5))
BEGINS = dict.fromkeys((ABOVE, BELOW, SAME, UNKNOWN, NEVER), 3)


def test_only_a_committed_offset_above_the_settled_one_is_put_back() -> None:
    committed = {ABOVE: 20, BELOW: 8, SAME: 9, UNKNOWN: 7, NEVER: None}
    settled = {("form-received", place.partition): at for place, at in ((ABOVE, 12), (BELOW, 9), (SAME, 9))}
    found = rewind_of("intake", committed, settled, BEGINS)
    assert found.committed == {ABOVE: 20, UNKNOWN: 7}
    assert found.read_from == {ABOVE: 12, UNKNOWN: BEGINS[UNKNOWN]}
    assert not found.missing
    assert list(rewinding_lines([found])) == ["intake: 12 records in 2 places are read again"]


@pytest.mark.parametrize(
    ("committed", "settled", "again", "missing"),
    [(90, 10, 50, 30), (40, 10, 0, 30), (20, 10, 0, 30), (10, 10, 0, 30), (30, None, 0, 10), (90, None, 50, 0)],
)
def test_what_the_log_has_no_more_is_counted_and_read_on_after(
    committed: int, settled: int | None, again: int, missing: int
) -> None:
    read = {} if settled is None else {("form-received", ABOVE.partition): settled}
    found = rewind_of("intake", {ABOVE: committed}, read, {ABOVE: 40})
    assert found.read_from == {ABOVE: 40}
    assert (sum(found.again), sum(found.missing.values())) == (again, missing)
    gone = f"intake: no longer in the log, and not read: {missing} records of form-received"
    assert (gone in rewinding_lines([found])) == (missing > 0)


def test_one_record_is_told_as_one() -> None:
    read = {("form-received", ABOVE.partition): 38}
    found = rewind_of("intake", {ABOVE: 41}, read, {ABOVE: 40}), rewind_of("intake", {ABOVE: 40}, read, {ABOVE: 39})
    assert list(rewinding_lines(list(found))) == [
        "intake: 1 record in 1 place is read again",
        "intake: no longer in the log, and not read: 2 records of form-received",
        "intake: 1 record in 1 place is read again",
        "intake: no longer in the log, and not read: 1 record of form-received",
    ]


@pytest.mark.parametrize(("committed", "settled"), [(40, 40), (40, None), (20, 30), (None, 30), (None, None)])
def test_a_place_where_both_are_at_the_beginning_or_postgres_is_ahead_stays(
    committed: int | None, settled: int | None
) -> None:
    read = {} if settled is None else {("form-received", ABOVE.partition): settled}
    assert not rewind_of("intake", {ABOVE: committed}, read, {ABOVE: 40}).read_from


def test_that_nothing_is_to_be_put_back_is_said() -> None:
    assert "no service has read more" in next(rewinding_lines([]))


def test_no_line_is_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    found = rewind_of("provisioning", {ABOVE: 90}, {("form-received", ABOVE.partition): 10}, {ABOVE: 40})
    assert max(map(len, [*rewinding_lines([found]), *rewinding_lines([])])) <= 40
