"""Who is told that a registration has ended: the employer that asked for the link, and a processor of its own."""

from typing import Any

import pytest
from intake_desk import PROCESSOR_EMAIL, Desk, by_processor, earlier, link_request
from told import all_told
from typed_forms import loket, processor

from schemas.events import RegistrationEnded
from schemas.ids import RegistrationId, reference
from services.intake import gate
from services.intake.documents import Intake
from services.intake.gate_state import opened_anew
from stream.document import Gate

EMPLOYER = "directie@dekorst.example"
OTHER_NUMBER = "111222333L01"


def end_of(desk: Desk, whose: str) -> RegistrationEnded:
    (ended,) = desk.heard(RegistrationEnded, whose)
    return ended


def test_it_hears_that_a_registration_of_which_it_was_told_that_it_waits_is_withdrawn_or_has_lapsed() -> None:
    for ends in ("withdrawn", "lapsed"):
        desk = Desk.asked()
        desk.form("bakery", by_processor())
        if ends == "withdrawn":
            desk.correct("away", "bakery", kind="withdrawal")
        desk.lapse("bakery")
        assert (end_of(desk, "bakery").reason, end_of(desk, "bakery").employer_email) == (ends, EMPLOYER)


def test_while_a_correction_waits_that_names_another_employer_the_one_whose_link_works_is_told() -> None:
    desk = Desk.linked()
    desk.form("request-2", link_request(email="ander@elders.example", loonheffingennummer=OTHER_NUMBER))
    desk.review("processor", "declined")
    desk.correct("other", "bakery", loonheffingennummer=OTHER_NUMBER)
    assert desk.intake("bakery").answer == "held"
    desk.correct("away", "bakery", cycle=2, kind="withdrawal")
    assert end_of(desk, "bakery").employer_email == EMPLOYER


@pytest.mark.parametrize("withdrawn", [True, False])
def test_the_employer_of_a_rejected_registration_has_heard_of_nothing_that_could_end(*, withdrawn: bool) -> None:
    desk = Desk.linked()
    desk.form("again", by_processor())
    assert desk.intake("again").answer == "rejected"
    if withdrawn:
        desk.correct("away", "again", kind="withdrawal")
        assert end_of(desk, "again").employer_email is None
    else:
        desk.due("again")
        assert not desk.heard(RegistrationEnded, "again")


def test_an_employer_whose_registration_is_superseded_by_one_of_its_own_hears_of_that_one() -> None:
    desk = Desk.linked()
    desk.form("new", by_processor(supersedes=earlier("bakery")))
    assert (end_of(desk, "bakery").reason, end_of(desk, "bakery").employer_email) == ("superseded", None)


@pytest.mark.parametrize(
    "successor",
    [
        by_processor(loonheffingennummer=OTHER_NUMBER),
        by_processor(loonheffingennummer="123456782L02"),
        loket(email="nieuw@elders.example"),
    ],
    ids=["another employer's", "another sub-number's", "an own form"],
)
def test_an_employer_that_hears_nothing_of_the_one_that_takes_its_place_hears_that_its_own_has_ended(
    successor: dict[str, Any],
) -> None:
    desk = Desk.linked()
    desk.form("other", link_request(email="baas@b.example", loonheffingennummer=OTHER_NUMBER))
    desk.form("new", successor | {"supersedes": earlier("bakery")})
    assert (end_of(desk, "bakery").reason, end_of(desk, "bakery").employer_email) == ("superseded", EMPLOYER)


def test_so_does_one_whose_successor_was_corrected_to_another_employer_while_it_waited() -> None:
    desk = Desk.linked()
    desk.form("other", link_request(email="baas@b.example", loonheffingennummer=OTHER_NUMBER))
    desk.review("processor", "declined")
    desk.form("new", by_processor(supersedes=earlier("bakery")))
    desk.correct("typo", "new", loonheffingennummer=OTHER_NUMBER)
    desk.review("processor")
    assert (end_of(desk, "bakery").reason, end_of(desk, "bakery").employer_email) == ("superseded", EMPLOYER)


@pytest.mark.parametrize("change", [{"kind": "withdrawal"}, {"processor_email": "zuid@kantoor.example"}])
def test_who_was_told_of_it_hears_of_its_end_though_its_request_has_ended_or_gone_elsewhere(
    change: dict[str, Any],
) -> None:
    desk = Desk.linked()
    desk.correct("leaving", "request", **change)
    desk.form("stranger", link_request(email="kijker@elders.example"))
    desk.correct("away", "bakery", kind="withdrawal")
    assert end_of(desk, "bakery").employer_email == EMPLOYER


def test_it_hears_so_at_the_address_that_it_has_corrected_since() -> None:
    desk = Desk.linked()
    desk.correct("address", "request", email="nieuw@dekorst.example")
    desk.correct("away", "bakery", kind="withdrawal")
    assert end_of(desk, "bakery").employer_email == "nieuw@dekorst.example"


def test_who_asked_only_after_its_registration_hears_of_the_end_as_well() -> None:
    desk = Desk()
    for key in (gate.of_processor(PROCESSOR_EMAIL), *gate.of_numbers(PROCESSOR_EMAIL, "123456782L01", "A0201234")):
        desk.story.remembered[Gate.at(key)] = Gate(open=True)
    desk.form("bakery", by_processor())
    desk.form("request", link_request())
    desk.correct("away", "bakery", kind="withdrawal")
    assert end_of(desk, "bakery").employer_email == EMPLOYER


def test_who_was_told_that_a_successor_waits_hears_of_its_end_though_it_waits_for_another_s_end_alone_now() -> None:
    desk = Desk.declined_since()
    desk.form("new", by_processor(supersedes=earlier("bakery")))
    key = Intake.at("new")
    desk.story.remembered[key] = desk.intake("new").but(waits=("SUPERSEDED_REGISTRATION",))
    desk.correct("away", "new", kind="withdrawal")
    assert end_of(desk, "new").employer_email == EMPLOYER


def test_an_employer_that_is_left_reads_whom_to_ask() -> None:
    desk = Desk.linked()
    desk.form("new", loket(email="nieuw@elders.example", supersedes=earlier("bakery")))
    processor_s, employer_s = all_told(end_of(desk, "bakery"))
    assert "Weet je daar niet van" in employer_s
    assert "Weet je daar niet van" not in processor_s


def test_a_registration_that_waited_for_another_s_end_alone_ends_without_a_word_to_the_employer() -> None:
    desk = Desk.linked()
    with desk.holding_up("bakery"):
        desk.form("new", by_processor(supersedes=earlier("bakery")))
        assert desk.intake("new").waits == ("SUPERSEDED_REGISTRATION",)
        desk.correct("away", "new", kind="withdrawal")
    assert end_of(desk, "new").employer_email is None


def test_nobody_else_is_told_of_the_end_of_what_an_employer_registered_itself() -> None:
    desk = Desk.with_open_gates()
    desk.form("bakery", loket())
    desk.correct("away", "bakery", kind="withdrawal")
    assert end_of(desk, "bakery").employer_email is None


@pytest.mark.parametrize("verdict", [None, "confirmed", "declined"])
def test_of_a_processor_s_own_registration_it_is_said_that_it_is_one(verdict: str | None) -> None:
    desk = Desk.told("processor", processor("processor"))
    if verdict:
        desk.review("processor", verdict)
    desk.correct("away", "processor", kind="withdrawal")
    assert (end_of(desk, "processor").of_processor, end_of(desk, "processor").employer_email) == (True, None)


def test_who_was_to_take_a_place_and_never_did_hears_that_this_changes_nothing_for_the_earlier_one() -> None:
    for ends in ("withdrawn", "lapsed"):
        desk = Desk.declined_since()
        desk.form("new", by_processor(supersedes=earlier("bakery")))
        if ends == "withdrawn":
            desk.correct("away", "new", kind="withdrawal")
        desk.lapse("new")
        assert (end_of(desk, "new").reason, end_of(desk, "new").instead_of) == (ends, reference("bakery"))
        mine, employers = all_told(end_of(desk, "new"))
        for text in (mine, employers):
            assert "Dat deze stopt, verandert niets aan die eerdere." in text
            assert f"Eerdere aanmelding: {reference('bakery')}" in text
            assert not [word for word in ("Keylane", "de koppeling toch", "kan je opnieuw") if word in text]
        assert desk.intake("bakery").answer == "submitted"


def test_of_an_earlier_one_that_has_ended_before_it_nothing_is_said() -> None:
    desk = Desk.declined_since()
    desk.form("new", by_processor(supersedes=earlier("bakery")))
    # The answer of the one that has ended is there, and has woken nobody yet.
    desk.story.remembered |= opened_anew(gate.of_end(RegistrationId("new")))
    desk.correct("gone", "new", kind="withdrawal")
    assert end_of(desk, "new").instead_of is None


def test_one_that_another_has_replaced_is_not_said_to_go_on() -> None:
    desk = Desk.declined_since()
    desk.form("late", by_processor(supersedes=earlier("bakery")))
    desk.form("first", loket(supersedes=earlier("bakery")))
    assert end_of(desk, "bakery").reason == "superseded"
    desk.correct("away", "late", kind="withdrawal")
    mine, _ = all_told(end_of(desk, "late"))
    assert "Dat deze stopt, verandert niets aan die eerdere." in mine
    assert "Loopt die nog" in mine
    assert "blijft" not in mine


def test_of_what_has_taken_a_place_no_earlier_registration_is_told_when_it_ends() -> None:
    desk = Desk.linked()
    desk.form("new", by_processor(supersedes=earlier("bakery")))
    desk.correct("away", "new", kind="withdrawal")
    assert end_of(desk, "new").instead_of is None
