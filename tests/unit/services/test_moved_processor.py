"""A processor has moved to another address, and an operator lets its employers' requests follow it."""

from datetime import timedelta
from typing import Any

import pytest
from intake_desk import PROCESSOR_EMAIL, Desk, by_processor, by_processor_with_exact, link_request
from typed_forms import loket, token

from payroll.address_key import address_key
from schemas.events import LinkRequested, RegistrationEnded, RegistrationHeld, RegistrationSubmitted
from schemas.ids import reference
from services.intake.employer_request import EmployerRequest
from services.intake.moved_processor import MovedProcessor
from stream.service import Ignore, Outcome

NEW = "zuid@kantoor.example"
MOVED = MovedProcessor(address_key(PROCESSOR_EMAIL), NEW)
MOVED_ON = Ignore("MOVED_ON")


@pytest.fixture
def desk() -> Desk:
    """A processor that was confirmed, and has corrected its address since; an employer that asked before that."""
    desk = Desk.with_open_gates()
    desk.correct("moving", "processor", email=NEW)
    return desk


def follow(desk: Desk, about: str = "request") -> Outcome:
    return desk.tell(about, MOVED.text)


def waits(desk: Desk, about: str, **changes: Any) -> tuple[str, ...]:
    desk.form(about, by_processor() | changes)
    held = desk.heard(RegistrationHeld, about)
    return held[-1].waits_for if held else ()


def test_what_waits_at_the_new_address_goes_on_and_nobody_is_let_in_at_the_old_one(desk: Desk) -> None:
    assert waits(desk, "bakery", email=NEW) == ("EMPLOYER_REQUEST",)
    follow(desk)
    assert desk.heard(RegistrationSubmitted, "bakery")[0].employer_email == "directie@dekorst.example"
    assert "EMPLOYER_REQUEST" in waits(desk, "late", connections=[{"employer_code": "2"}])


def test_the_employer_hears_where_its_request_is_and_chooses_otherwise_with_that_code(desk: Desk) -> None:
    follow(desk)
    said = desk.heard(LinkRequested, "request")[-1]
    assert (said.cycle, said.processor_email, said.to_processor, said.former_processor) == (2, NEW, "request", None)
    desk.correct("elsewhere", "request", cycle=2, processor_email="oost@kantoor.example")
    assert waits(desk, "bakery", email=NEW) == ("EMPLOYER_REQUEST",)


def test_the_code_of_before_counts_no_more(desk: Desk) -> None:
    follow(desk)
    desk.correct("old-code", "request", cycle=1, kind="withdrawal")
    assert not desk.heard(RegistrationEnded, "request")


def test_a_processor_that_had_taken_it_up_hears_nothing_and_the_request_stays_taken_up() -> None:
    desk = Desk.linked()
    desk.correct("moving", "processor", email=NEW)
    follow(desk)
    assert desk.heard(LinkRequested, "request")[-1].to_processor is None
    desk.correct("fix", "request", cycle=2, email="nu@dekorst.example")
    assert (desk.intake("request").taken_up, desk.intake("request").due_at) == (True, None)
    asked = [one for one in desk.story.remembered.values() if isinstance(one, EmployerRequest) and one.askers]
    assert asked
    assert all(one.askers[0].taken_up for one in asked)
    desk.correct("elsewhere", "request", cycle=3, processor_email="oost@kantoor.example")
    assert desk.heard(LinkRequested, "request")[-1].former_processor == NEW


def test_it_is_left_once_what_took_it_up_has_moved_as_well_and_ends() -> None:
    desk = Desk.linked()
    desk.correct("moving", "processor", email=NEW)
    follow(desk)
    assert (
        waits(desk, "branch", email=NEW, loonheffingennummer="123456782L02", connections=[{"employer_code": "2"}]) == ()
    )
    desk.correct("away", "branch", kind="withdrawal")
    assert desk.intake("request").taken_up, "nothing has come for this sub-number"
    desk.correct("moved-too", "bakery", email=NEW)
    desk.correct("gone", "bakery", cycle=2, kind="withdrawal")
    assert not desk.intake("request").taken_up


def test_of_an_employer_s_requests_the_first_stays_the_first_in_whatever_order_they_follow() -> None:
    desk = Desk.with_open_gates()
    desk.story.now += timedelta(days=1)
    desk.form("second", link_request(email="nu@dekorst.example"))
    desk.correct("moving", "processor", email=NEW)
    desk.story.now += timedelta(days=1)
    follow(desk, "second")
    follow(desk, "request")
    desk.form("bakery", by_processor() | {"email": NEW})
    assert desk.heard(RegistrationSubmitted, "bakery")[0].employer_email == "directie@dekorst.example"


def test_a_second_time_nothing_follows(desk: Desk) -> None:
    follow(desk)
    assert follow(desk) == MOVED_ON
    assert desk.intake("request").cycle == 2


@pytest.mark.parametrize("change", [{"kind": "withdrawal"}, {"processor_email": "oost@kantoor.example"}])
def test_a_request_that_has_ended_or_chosen_otherwise_meanwhile_stays_as_it_is(
    change: dict[str, Any], desk: Desk
) -> None:
    desk.correct("change", "request", **change)
    before = len(desk.said)
    assert follow(desk) == MOVED_ON
    assert len(desk.said) == before


def test_of_two_requests_for_one_employer_each_follows_by_itself(desk: Desk) -> None:
    desk.form("second", link_request(email="tweede@dekorst.example"))
    follow(desk, "second")
    assert waits(desk, "bakery", email=NEW) == ()
    follow(desk)
    desk.correct("away", "second", cycle=2, kind="withdrawal")
    desk.correct("gone", "bakery", kind="withdrawal")
    assert waits(desk, "again", email=NEW) == ()


def test_what_it_registered_and_is_held_follows_and_goes_on(desk: Desk) -> None:
    assert waits(desk, "bakery") == ("PROCESSOR_CONFIRMATION",)
    follow(desk)
    follow(desk, "bakery")
    (said,) = desk.heard(RegistrationSubmitted, "bakery")
    assert said.moved_from is None, "who moved it heard so from the processor"
    assert (said.registration.email, said.cycle, said.employer_email) == (NEW, 2, "directie@dekorst.example")
    assert follow(desk, "bakery") == MOVED_ON
    desk.correct("old-code", "bakery", cycle=1, kind="withdrawal")
    assert desk.intake("bakery").answer == "submitted"


def test_so_does_one_whose_secret_a_correction_has_brought(desk: Desk) -> None:
    desk.form("bakery", by_processor_with_exact("bakery"))
    desk.correct("secret", "bakery", connections=[{"client_secret": token(1, "secret")}])
    follow(desk)
    follow(desk, "bakery")
    assert desk.heard(RegistrationSubmitted, "bakery")


def test_what_is_held_and_follows_before_its_request_goes_on_behind_that(desk: Desk) -> None:
    waits(desk, "bakery")
    follow(desk, "bakery")
    assert desk.heard(RegistrationHeld, "bakery")[-1].waits_for == ("EMPLOYER_REQUEST",)
    follow(desk)
    assert desk.heard(RegistrationSubmitted, "bakery")


def test_what_counts_already_and_a_correction_of_it_that_waits_are_left_to_the_processor() -> None:
    desk = Desk.linked()
    desk.correct("moving", "processor", email=NEW)
    assert (follow(desk, "bakery"), follow(desk, "processor")) == (MOVED_ON, MOVED_ON)
    desk.correct("fix", "bakery", frequency="four_weeks")
    assert (desk.intake("bakery").answer, follow(desk, "bakery")) == ("held", MOVED_ON)


def test_what_no_processor_registered_does_not_follow(desk: Desk) -> None:
    desk.form("own", loket(email=PROCESSOR_EMAIL))
    with desk.holding_up("own"):
        desk.form("next", loket(email=PROCESSOR_EMAIL, supersedes={"reference": reference("own"), "code": "-"}))
        assert desk.intake("next").answer == "held"
        assert (follow(desk, "own"), follow(desk, "next")) == (MOVED_ON, MOVED_ON)


def test_one_that_registered_anew_takes_them_along_as_well() -> None:
    desk = Desk.with_open_gates()
    desk.confirm("anew", email=NEW)
    follow(desk)
    assert waits(desk, "bakery", email=NEW) == ()


def test_a_text_tells_an_address_and_no_other_text_does() -> None:
    assert MovedProcessor.told_by(MOVED.text) == MOVED
    assert MovedProcessor.told_by("numbers:1:A0201234:123456782L01") is None


@pytest.mark.parametrize("typed", [PROCESSOR_EMAIL.upper(), f" {PROCESSOR_EMAIL} "])
def test_the_address_is_known_however_it_was_typed(typed: str) -> None:
    assert MOVED.is_named_by(typed)
    assert not MOVED.is_named_by(NEW)
    assert not MOVED.is_named_by(None)
