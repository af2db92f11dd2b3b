"""The quick tier of `make fault`: a part of the matrix, each fault once or a few times, on a sandbox of its own."""

import pytest

from faults.real.fault import Stage
from faults.real.matrix import faults
from faults.real.stage import Plan, run

pytestmark = pytest.mark.sandbox

SEED = 3


def test_nothing_is_lost_or_double_and_everything_goes_on_by_itself() -> None:
    chosen = [(fault, fault.quick) for fault in faults() if fault.quick]
    staged = run(Stage.ONE_NODE, Plan(chosen, SEED), print)
    assert staged.problems == ()
    assert staged.corrections > 0
    assert [row.injections for row in staged.results] == [times for _, times in chosen]
