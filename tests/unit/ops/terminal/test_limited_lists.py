"""A list that stops at its limit says that there are more."""

import json

import pytest
from remembered import parked

from ops.parked.rows import of_each
from ops.terminal.limited_list import show_list

MORE = "and more: --limit N shows them\n"


@pytest.mark.parametrize(("found", "said"), [(0, "none\n"), (2, "2\n"), (3, f"2\n{MORE}")])
def test_people_read_below_a_list_that_there_are_more(
    found: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def lines(shown: object) -> list[str]:
        return [str(len(shown))] if shown else []  # type: ignore[arg-type]

    show_list([parked()] * found, 2, lines, nothing="none", as_json=False)
    assert capsys.readouterr() == (said, "")


def test_programs_get_the_same_list_and_hear_of_more_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    show_list([parked()] * 3, 2, list, nothing="none", as_json=True)  # type: ignore[arg-type]
    out, err = capsys.readouterr()
    assert (len(json.loads(out)), err) == (2, MORE)


def test_of_parked_records_each_service_has_its_first_ones() -> None:
    one, other = parked(), parked().model_copy(update={"service": "intake"})
    assert of_each([one, other, one], 2) == ([one, other, one], [])
    assert of_each([one, other, one, one], 2) == ([one, other, one], ["provisioning"])
