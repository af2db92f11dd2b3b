"""A list that was looked at, as it goes on record."""

from ops.actions.looking_at import LISTED_MAX, listed_registrations, shown_registration
from schemas.ids import reference, registration_id


def test_a_long_list_is_a_row_for_each_part_and_names_everybody_once() -> None:
    references = [reference(str(number)) for number in range(2 * LISTED_MAX + 200)]
    rows = listed_registrations("status", references)
    assert [(row.service, row.target) for row in rows] == [
        ("status", "a list of 500"),
        ("status", "a list of 500"),
        ("status", "a list of 200"),
    ]
    said = [row.after["references"] for row in rows]
    assert [one for part in said if isinstance(part, list) for one in part] == references


def test_a_list_of_nobody_is_no_row() -> None:
    assert listed_registrations("status", []) == []


def test_one_that_is_shown_is_the_registration_s_own_row() -> None:
    me = registration_id("https://forms.example", "1")
    (row,) = shown_registration("policies", me)
    assert (row.service, row.target, row.registration) == ("policies", me, me)
