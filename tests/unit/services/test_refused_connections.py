"""A connection that Keylane refused is free for others, and holds up none of the other connections."""

import pytest
from intake_desk import Desk, refusal
from typed_forms import raet, token

from schemas.events import CorrectionRefused, RegistrationSubmitted

REFUSED, WORKS = "10000001", "10000002"


def submitted(desk: Desk, about: str = "transport") -> list[tuple[int, list[int]]]:
    """The cycles that were accepted, with the connections in each."""
    heard = desk.heard(RegistrationSubmitted, about)
    return [(one.cycle, [each.connection for each in one.registration.connections]) for one in heard]


def faults(desk: Desk) -> list[tuple[str, str]]:
    return [(one.field, one.code) for said in desk.heard(CorrectionRefused, "transport") for one in said.faults]


@pytest.fixture
def desk() -> Desk:
    """Two connections were registered, the first was refused, and somebody else has registered it since."""
    desk = Desk.told("transport", raet(registration="transport"))
    desk.take(refusal("transport", REFUSED), "transport")
    assert desk.holders() == ["transport"]
    other = [{"employer_code": REFUSED, "client_secret": token(1, "other")}]
    desk.form("other", raet(registration="other") | {"connections": other, "email": "ander@elders.example"})
    assert submitted(desk, "other") == [(1, [1])]
    return desk


def test_two_that_are_refused_one_right_after_the_other_are_both_free() -> None:
    desk = Desk.told("transport", raet(registration="transport"))
    desk.story.when(refusal("transport", REFUSED), "transport")
    desk.take(refusal("transport", WORKS), "transport")
    assert desk.holders() == []


def test_the_others_are_corrected_again_and_again_and_the_refused_one_is_left_out(desk: Desk) -> None:
    renewed = [{"connection": 2, "client_secret": token(2, "renewal")}]
    desk.correct("renewal", "transport", connections=renewed)
    desk.correct("later", "transport", cycle=2, email="hr@transport.example")
    assert submitted(desk) == [(1, [1, 2]), (2, [2]), (3, [2])]
    assert desk.holders() == ["other", "transport"]


def test_a_correction_that_names_it_is_answered_and_may_give_it_another_code(desk: Desk) -> None:
    secret = token(1, "mine")
    desk.correct("mine", "transport", connections=[{"connection": 1, "client_secret": secret}, {"connection": 2}])
    assert (submitted(desk), faults(desk)) == (
        [(1, [1, 2])],
        [("connections.0.employer_code", "ALREADY_REGISTERED")],
    )
    desk.correct("moved", "transport", connections=[{"connection": 1, "employer_code": "10000003"}])
    assert submitted(desk) == [(1, [1, 2]), (2, [1, 2])]


def test_another_connection_that_collides_is_answered_under_its_own_number(desk: Desk) -> None:
    third = [{"employer_code": "10000003", "client_secret": token(1, "third")}]
    desk.form("third", raet(registration="third") | {"connections": third})
    desk.correct("theirs", "transport", connections=[{"connection": 2, "employer_code": "10000003"}])
    assert faults(desk) == [("connections.1.employer_code", "ALREADY_REGISTERED")]


def test_it_is_asked_again_once_it_is_free(desk: Desk) -> None:
    desk.correct("away", "other", kind="withdrawal")
    desk.correct("again", "transport", email="hr@transport.example")
    assert submitted(desk) == [(1, [1, 2]), (2, [1, 2])]


def test_where_nothing_else_is_left_it_is_answered(desk: Desk) -> None:
    desk.take(refusal("transport", WORKS), "transport")
    second = [{"employer_code": WORKS, "client_secret": token(1, "second")}]
    desk.form("second", raet(registration="second") | {"connections": second})
    desk.correct("again", "transport", email="hr@transport.example")
    assert [field for field, _ in faults(desk)] == ["connections.0.employer_code", "connections.1.employer_code"]


def test_another_employer_s_connection_of_that_code_is_answered(desk: Desk) -> None:
    theirs = [{"employer_code": REFUSED, "client_secret": token(1, "theirs")}]
    desk.form("theirs", raet(registration="theirs") | {"connections": theirs, "loonheffingennummer": "111222333L01"})
    desk.correct("moved", "transport", loonheffingennummer="111222333L01")
    assert faults(desk) == [("connections.0.employer_code", "ALREADY_REGISTERED")]


def test_a_connection_that_another_number_gives_back_and_somebody_took_is_answered(desk: Desk) -> None:
    desk.correct("there", "transport", loonheffingennummer="111222333L01")
    assert submitted(desk) == [(1, [1, 2]), (2, [1, 2])]
    desk.at_keylane("transport")
    held = desk.intake("transport").claims
    desk.correct("back", "transport", cycle=2, loonheffingennummer="123456782L01")
    assert faults(desk) == [("connections.0.employer_code", "ALREADY_REGISTERED")]
    assert desk.intake("transport").claims == held
    assert desk.holders() == ["other", "transport", "transport"]


def test_another_number_under_which_nothing_is_claimed_leaves_the_refused_one_out(desk: Desk) -> None:
    desk.correct("contract", "transport", raamwerkcontractnummer="A0209999")
    assert submitted(desk) == [(1, [1, 2]), (2, [2])]
