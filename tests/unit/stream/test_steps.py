"""Every step of the loop says what a crash after it leaves."""

from inspect import getsource, isfunction

import pytest

from stream.step import Step
from stream.worker import Worker

METHODS = [method for name, method in vars(Worker).items() if isfunction(method) and not name.startswith("__")]


@pytest.mark.parametrize("step", Step)
def test_the_one_method_that_holds_a_step_says_what_a_crash_after_it_leaves(step: Step) -> None:
    (holder,) = (method for method in METHODS if f"self._passed(Step.{step.name})" in getsource(method))
    assert "Crash after this: " in (holder.__doc__ or "")
