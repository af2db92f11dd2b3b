"""What is held keeps no other processor out, as nobody has let it in yet: it may be made up, or of another time."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_desk import CODES, Desk, by_processor, by_processor_with_exact, earlier, link_request
from told import mails_of
from typed_forms import loket

from payroll.address_key import address_key
from schemas.events import RegistrationHeld, RegistrationRejected
from schemas.ids import reference
from services.intake.documents import Intake
from services.intake.moved_processor import MovedProcessor
from stream.service import Told

ELSEWHERE = "zuid@kantoor.example"


def elsewhere(**changes: Any) -> dict[str, Any]:
    """Another processor's form for the same connection."""
    return by_processor(**changes) | {"email": ELSEWHERE}


def confirm_elsewhere(desk: Desk) -> None:
    desk.confirm("zuid", email=ELSEWHERE)


def ask_elsewhere(desk: Desk) -> None:
    desk.form("request-zuid", link_request(processor_email=ELSEWHERE, email="ander@dekorst.example"))


@pytest.mark.parametrize("lets_in", [None, confirm_elsewhere, ask_elsewhere])
def test_a_registration_that_is_held_gives_way_to_another_processor_s(lets_in: Any) -> None:
    desk = Desk.with_open_gates()
    if lets_in:
        lets_in(desk)
    desk.form("made-up", elsewhere())
    assert desk.intake("made-up").answer == "held"
    desk.form("bakery", by_processor())
    assert desk.is_live("bakery")
    assert desk.holders() == ["bakery"]


def test_when_it_may_go_on_it_is_told_that_the_connection_is_registered_and_so_is_its_employer() -> None:
    desk = Desk.with_open_gates()
    ask_elsewhere(desk)
    desk.form("early", elsewhere())
    desk.form("bakery", by_processor())
    confirm_elsewhere(desk)
    (rejected,) = desk.heard(RegistrationRejected, "early")
    assert [fault.code for fault in rejected.faults] == ["ALREADY_REGISTERED"]
    assert rejected.employer_email is not None
    assert desk.intake("early").holders == ("bakery",)
    assert desk.holders() == ["bakery"]


def test_what_it_waits_for_may_never_come_so_it_is_told_instead_of_being_reminded() -> None:
    desk = Desk.with_open_gates()
    desk.form("made-up", elsewhere())
    desk.form("bakery", by_processor())
    desk.due("made-up")
    assert [one.is_reminder for one in desk.heard(RegistrationHeld, "made-up")] == [False]
    (fault,) = desk.heard(RegistrationRejected, "made-up")[0].faults
    assert fault.code == "ALREADY_REGISTERED"
    assert fault.message.startswith("Terwijl jouw aanmelding wachtte"), "not whether it was its own: that waited"
    assert desk.holders() == ["bakery"]


def test_a_form_that_was_rejected_before_is_answered_once_more_when_it_gave_way() -> None:
    desk = Desk.with_open_gates()
    desk.form("made-up", elsewhere(company_name=None))
    desk.correct("name", "made-up", company_name="Bakkerij De Korst B.V.")
    desk.form("bakery", by_processor())
    desk.due("made-up")
    rejected = desk.heard(RegistrationRejected, "made-up")
    occasions = [mail.occasion for event in rejected for mail in mails_of(event)]
    assert occasions == ["rejected", "rejected cycle 2"]


def test_what_gave_way_and_follows_its_processor_is_answered_where_that_is_now() -> None:
    desk = Desk.with_open_gates()
    desk.form("made-up", elsewhere())
    desk.form("bakery", by_processor())
    moved = MovedProcessor(address_key(ELSEWHERE), "nieuw@kantoor.example")
    desk.take(Told(Intake.at("made-up"), moved.text), "made-up")
    (rejected,) = desk.heard(RegistrationRejected, "made-up")
    assert (rejected.email, rejected.cycle) == (moved.email, 2)
    desk.correct("code", "made-up", cycle=2, connections=[{"employer_code": "8106626"}])
    assert desk.intake("made-up").answer == "held"


def test_one_that_has_gone_on_gives_way_to_nobody() -> None:
    desk = Desk.with_open_gates()
    confirm_elsewhere(desk)
    desk.form("early", elsewhere())
    ask_elsewhere(desk)
    assert desk.is_live("early")
    desk.form("late", by_processor())
    assert not desk.is_live("late")


def test_of_those_that_wait_whoever_is_let_in_first_has_it() -> None:
    desk = Desk()
    for about, form in {"made-up": elsewhere(), "bakery": by_processor(), "again": elsewhere()}.items():
        desk.form(about, form)
        assert desk.intake(about).answer == "held"
    desk.open_gates()
    assert (desk.is_live("bakery"), desk.holders()) == (True, ["bakery"])


def test_what_is_held_keeps_out_its_processor_s_next_form_and_who_registers_itself() -> None:
    desk = Desk.told("first", by_processor())
    for about, form in {"second": by_processor(), "itself": loket()}.items():
        desk.form(about, form)
        assert [one.faults[0].code for one in desk.heard(RegistrationRejected, about)] == ["ALREADY_REGISTERED"]
    (told,) = desk.heard(RegistrationRejected, "second")
    assert [one.reference for one in told.earlier] == [reference("first")]
    desk.open_gates()
    assert desk.holders() == ["first"]


def test_a_correction_that_is_held_keeps_what_works_and_what_it_wants() -> None:
    desk = Desk.declined_since()
    desk.correct("more", "bakery", connections=[{"employer_code": "8106626"}])
    assert desk.intake("bakery").answer == "held"
    confirm_elsewhere(desk)
    ask_elsewhere(desk)
    for code in ("8106625", "8106626"):
        desk.form(code, elsewhere(connections=[{"employer_code": code}]))
        assert not desk.is_live(code)


def test_nor_does_one_that_waits_for_nothing_but_the_end_of_another() -> None:
    desk = Desk.with_open_gates()
    confirm_elsewhere(desk)
    ask_elsewhere(desk)
    desk.form("old", by_processor())
    place = earlier("old")
    wanted = [{"employer_code": "8106626"}]
    with desk.holding_up("old"):
        desk.form("new", by_processor(connections=wanted, supersedes=place))
        desk.form("late", elsewhere(connections=wanted))
    assert (desk.is_live("new"), desk.is_live("late")) == (True, False)


def test_one_that_is_held_keeps_what_another_is_to_have_in_its_place_until_it_ends() -> None:
    desk = Desk.told("old", elsewhere())
    desk.open_gates()
    desk.form("guess", by_processor(supersedes={"reference": reference("old"), "code": CODES.code("other", 1)}))
    assert desk.holders() == ["old"]
    with desk.holding_up("old"):
        desk.form("new", by_processor(supersedes=earlier("old")))
        ask_elsewhere(desk)
        confirm_elsewhere(desk)
        assert desk.is_live("old")
    assert (desk.is_live("new"), desk.holders()) == (True, ["new"])
    assert not desk.heard(RegistrationRejected, "old")


@pytest.mark.parametrize("number", [None, "123456782L01"])
def test_a_contract_alone_gives_way_too_and_is_told_so_when_it_may_go_on(number: str | None) -> None:
    desk = Desk.told("made-up", by_processor_with_exact("made-up", loonheffingennummer=None) | {"email": ELSEWHERE})
    desk.open_gates()
    desk.form("request-contract", link_request(raamwerkcontractnummer="A0201234"))
    desk.form("bakery", by_processor_with_exact("bakery", loonheffingennummer=number))
    assert desk.is_live("bakery")
    confirm_elsewhere(desk)
    desk.form("request-zuid", link_request(processor_email=ELSEWHERE, raamwerkcontractnummer="A0201234"))
    assert not desk.is_live("made-up")
    assert desk.heard(RegistrationRejected, "made-up")[0].reference == reference("made-up")


@pytest.mark.parametrize("order", [("made-up", "bakery"), ("bakery", "made-up")])
def test_one_that_waits_beside_others_does_not_keep_out_who_has_the_contract_alone(order: tuple[str, ...]) -> None:
    bakery = by_processor_with_exact("bakery", loonheffingennummer=None)
    forms = {"bakery": bakery, "made-up": by_processor_with_exact("made-up") | {"email": ELSEWHERE}}
    desk = Desk()
    for about in order:
        desk.form(about, forms[about])
    desk.due("bakery")
    assert [desk.intake(about).answer for about in order] == ["held", "held"]
    desk.open_gates()
    desk.form("request-contract", link_request(raamwerkcontractnummer="A0201234"))
    assert desk.is_live("bakery")
    confirm_elsewhere(desk)
    ask_elsewhere(desk)
    assert desk.intake("made-up").answer == "rejected"


STEPS: dict[str, Any] = {
    "confirm": confirm_elsewhere,
    "ask": ask_elsewhere,
    "gates": Desk.open_gates,
    "zuid": lambda desk: desk.form("early", elsewhere()),
    "noord": lambda desk: desk.form("bakery", by_processor()),
}


@given(st.permutations(list(STEPS)))
def test_in_whatever_order_one_of_two_that_are_let_in_has_it_and_the_other_is_told(order: list[str]) -> None:
    desk = Desk()
    for step in order:
        STEPS[step](desk)
        assert len(desk.holders()) <= 1
    answers = {about: desk.intake(about).answer for about in ("early", "bakery")}
    assert sorted(answers.values()) == ["rejected", "submitted"]
    (live,) = (about for about, answer in answers.items() if answer == "submitted")
    assert desk.holders() == [live]
    held = [about for about in answers if desk.heard(RegistrationHeld, about)]
    assert all(len(desk.heard(RegistrationRejected, about)) <= 1 for about in held)
