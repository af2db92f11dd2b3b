import pytest

from faults.result import Control
from faults.simulation.controls import DEFECTS, Defect, control, uncaught
from faults.simulation.process import Parts

pytestmark = pytest.mark.long

SOON_SHOWN = ("position moved", "a mail that", "nobody asked", "documents", "ids", "mails not")
QUICK = [defect for defect in DEFECTS if defect.name.startswith(SOON_SHOWN)]


@pytest.mark.parametrize("defect", QUICK, ids=lambda defect: defect.name)
def test_a_defect_that_is_put_in_is_caught_within_its_budget(defect: Defect) -> None:
    assert control(defect).caught_after is not None


def test_there_are_fifteen_defects_and_each_replaces_something() -> None:
    assert len({defect.name for defect in DEFECTS}) == len({defect.parts for defect in DEFECTS}) == 15
    assert Parts() not in {defect.parts for defect in DEFECTS}


def test_a_defect_that_was_not_caught_is_named() -> None:
    found = [Control("a", budget=3, caught_after=2), Control("b", budget=3, caught_after=None)]
    assert list(uncaught(found)) == ["not caught within 3 seeds: b"]
