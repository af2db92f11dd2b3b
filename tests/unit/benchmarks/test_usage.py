import pytest

from benchmarks.errors import BenchmarkError
from benchmarks.usage import Usage


def test_usage_is_what_came_between_two_looks() -> None:
    before = Usage({"intake": 1, "kafka": 2}, {"intake": 1.5, "kafka": 4.0})
    after = Usage({"intake": 1, "kafka": 2}, {"intake": 2.0, "kafka": 4.5})
    assert after.since(before) == {"intake": 0.5, "kafka": 0.5}


def test_a_process_that_was_started_anew_has_no_usage() -> None:
    before = Usage({"intake": 1}, {"intake": 1.5})
    with pytest.raises(BenchmarkError, match="intake"):
        Usage({"intake": 7}, {"intake": 0.1}).since(before)
