"""Of several link requests for one number the first is told: nobody takes another's mails away by asking too."""

from typing import Any

import pytest
from intake_desk import Desk, by_processor, link_request

from schemas.events import RegistrationSubmitted
from services.intake.employer_request import ASKERS_MAX

EMPLOYER, STRANGER = "directie@dekorst.example", "kijker@elders.example"
STRANGE = link_request(email=STRANGER, company_name="X")


def told(desk: Desk) -> list[str | None]:
    return [one.employer_email for one in desk.heard(RegistrationSubmitted, "bakery")]


@pytest.fixture
def desk() -> Desk:
    """A confirmed processor, and an employer that has asked."""
    return Desk.with_open_gates()


def later(desk: Desk, form: dict[str, Any] = STRANGE, about: str = "stranger") -> None:
    desk.story.later(days=1)
    desk.form(about, form)


def test_a_second_request_for_the_same_number_takes_nobody_s_mails_away(desk: Desk) -> None:
    later(desk)
    desk.form("bakery", by_processor())
    later(desk, about="another")
    desk.correct("fix", "bakery", frequency="four_weeks")
    assert told(desk) == [EMPLOYER, EMPLOYER]


def test_nor_do_very_many_of_them(desk: Desk) -> None:
    for number in range(2 * ASKERS_MAX):
        later(desk, about=f"stranger-{number}")
    desk.correct("slip", f"stranger-{2 * ASKERS_MAX - 1}", raamwerkcontractnummer="A0201234")
    desk.form("bakery", by_processor())
    assert told(desk) == [EMPLOYER]


@pytest.mark.parametrize(
    "change", [{"company_name": "De Korst"}, {"raamwerkcontractnummer": "A0201234"}, {"email": "nieuw@dekorst.example"}]
)
def test_a_correction_of_the_rest_keeps_its_place_and_its_new_address_is_told(
    change: dict[str, Any], desk: Desk
) -> None:
    later(desk)
    desk.correct("change", "request", **change)
    desk.form("bakery", by_processor())
    assert told(desk) == [change.get("email", EMPLOYER)]


def test_who_comes_to_this_number_by_a_correction_comes_last(desk: Desk) -> None:
    desk = Desk.told("stranger", STRANGE | {"loonheffingennummer": "123456782L02"})
    desk.story.later(days=1)
    desk.open_gates()
    desk.correct("change", "stranger", loonheffingennummer="123456782L01")
    desk.form("bakery", by_processor())
    assert told(desk) == [EMPLOYER]


def test_once_the_first_asks_no_more_the_next_is_told(desk: Desk) -> None:
    later(desk)
    desk.correct("away", "request", kind="withdrawal")
    desk.form("bakery", by_processor())
    assert told(desk) == [STRANGER]


def test_strangers_who_asked_before_it_and_stop_do_not_undo_its_request() -> None:
    desk = Desk()
    strangers = [f"stranger-{number}" for number in range(ASKERS_MAX)]
    for stranger in strangers:
        desk.form(stranger, STRANGE)
    desk.open_gates()
    for stranger in strangers:
        desk.correct(f"stop-{stranger}", stranger, kind="withdrawal")
    desk.form("bakery", by_processor())
    assert desk.heard(RegistrationSubmitted, "bakery")
