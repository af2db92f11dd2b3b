"""The quick tier of `make fault`: a part of the matrix, each fault once or a few times, on a sandbox of its own."""

from faults.real.fault import Ground
from faults.real.ground import Plan, run
from faults.real.matrix import faults

SEED = 3


def test_nothing_is_lost_or_double_and_everything_goes_on_by_itself() -> None:
    chosen = [(fault, fault.quick) for fault in faults() if fault.quick]
    judged = run(Ground.ONE_NODE, Plan(chosen, SEED), print)
    assert judged.problems == ()
    assert judged.corrections > 0
    assert [row.injections for row in judged.results] == [times for _, times in chosen]
