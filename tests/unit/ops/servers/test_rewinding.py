"""Which positions in Kafka are put back, beside a Postgres that came back older."""

from aiokafka import TopicPartition

from ops.service_state.rewinding import rewind_of, rewinding_lines

ABOVE, BELOW, SAME, UNKNOWN, NEVER = (TopicPartition("form-received", lane) for lane in range(5))
BEGINS = dict.fromkeys((ABOVE, BELOW, SAME, UNKNOWN, NEVER), 3)


def test_only_a_committed_offset_above_the_settled_one_is_put_back() -> None:
    committed = {ABOVE: 20, BELOW: 8, SAME: 9, UNKNOWN: 7, NEVER: None}
    settled = {("form-received", place.partition): at for place, at in ((ABOVE, 12), (BELOW, 9), (SAME, 9))}
    found = rewind_of("intake", committed, settled, BEGINS)
    assert found.committed == {ABOVE: 20, UNKNOWN: 7}
    assert found.settled == {ABOVE: 12, UNKNOWN: BEGINS[UNKNOWN]}
    assert list(rewinding_lines([found])) == ["intake: 12 records in 2 places are read again"]


def test_that_nothing_is_to_be_put_back_is_said() -> None:
    assert "no service has read more" in next(rewinding_lines([]))
