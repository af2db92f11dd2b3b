"""What Keylane works on belongs to nobody else, whatever a correction has changed meanwhile and however that ends."""

from typing import Any

import pytest
from intake_desk import Desk, by_processor, by_processor_with_exact, refusal
from typed_forms import loket, raet, token

from schemas.events import CorrectionRefused, CycleRequested, RegistrationSubmitted
from schemas.ids import reference
from services.intake.documents import Claim
from services.intake.keylane_claims import NOTHING_TO_GIVE_BACK

FIRST, SECOND, THIRD = ([{"employer_code": code}] for code in ("8106625", "8106626", "8106627"))


def is_free(desk: Desk, connections: list[dict[str, Any]]) -> bool:
    """Whether somebody else can register it; who does withdraws again."""
    about = f"probe-{len(desk.said)}"
    desk.form(about, loket(connections=connections, email="iemand@anders.example"))
    if not desk.heard(RegistrationSubmitted, about):
        return False
    desk.correct(f"{about}-away", about, kind="withdrawal")
    return True


@pytest.fixture
def desk() -> Desk:
    """A registration that was submitted for its first connection."""
    return Desk.linked()


def hold_a_correction(desk: Desk, connections: list[dict[str, Any]] | None, *, cycle: int = 1) -> None:
    desk.review("processor", "declined")
    changes: dict[str, Any] = {"connections": connections} if connections else {}
    desk.correct(f"held-{cycle}", "bakery", cycle=cycle, **changes)
    assert desk.intake("bakery").answer == "held"


def let_it_lapse(desk: Desk) -> None:
    desk.lapse("bakery")
    assert desk.heard(CorrectionRefused, "bakery")


def test_a_correction_keeps_the_earlier_connection_until_keylane_has_been_asked_for_it(desk: Desk) -> None:
    desk.correct("moved", "bakery", connections=SECOND)
    assert (is_free(desk, FIRST), is_free(desk, SECOND)) == (False, False)
    desk.at_keylane("bakery")
    assert (is_free(desk, FIRST), is_free(desk, SECOND)) == (True, False)
    assert desk.intake("bakery").waits_for == ()


def test_what_ends_before_it_gives_that_back_gives_it_back_as_well(desk: Desk) -> None:
    desk.correct("moved", "bakery", connections=SECOND)
    desk.story.when(CycleRequested(reference=reference("bakery"), cycle=2), "bakery")
    desk.correct("away", "bakery", cycle=2, kind="withdrawal")
    ended = desk.intake("bakery")
    assert (desk.holders(), ended.claims, ended.leaving, ended.returning, ended.waits_for) == ([], (), (), (), ())


@pytest.mark.parametrize("wants", [FIRST, SECOND])
def test_a_refused_one_is_given_back_unless_a_correction_that_waits_has_come_first_and_wants_it(
    desk: Desk, wants: list[dict[str, Any]]
) -> None:
    desk.review("processor", "declined")
    desk.story.when(refusal("bakery", "8106625"), "bakery")
    desk.correct("held", "bakery", connections=wants)
    assert (desk.intake("bakery").answer, is_free(desk, FIRST)) == ("held", wants != FIRST)
    let_it_lapse(desk)
    assert (is_free(desk, FIRST), is_free(desk, SECOND)) == (True, True)


def test_what_is_corrected_before_keylane_knows_it_is_free_once_the_correction_counts() -> None:
    desk = Desk.told("bakery", by_processor())
    desk.correct("moved", "bakery", connections=SECOND)
    desk.open_gates()
    assert desk.heard(RegistrationSubmitted, "bakery")
    assert (is_free(desk, FIRST), is_free(desk, SECOND)) == (True, False)


def test_of_several_corrections_only_the_last_one_frees_what_the_others_had(desk: Desk) -> None:
    desk.correct("moved", "bakery", connections=SECOND)
    desk.correct("again", "bakery", cycle=2, connections=THIRD)
    assert desk.at_keylane("bakery", 2) == NOTHING_TO_GIVE_BACK
    assert not is_free(desk, FIRST)
    desk.at_keylane("bakery", 3)
    assert [is_free(desk, one) for one in (FIRST, SECOND, THIRD)] == [True, True, False]


def test_who_goes_back_to_the_earlier_connection_still_has_it(desk: Desk) -> None:
    desk.correct("moved", "bakery", connections=SECOND)
    desk.correct("back", "bakery", cycle=2, connections=FIRST)
    desk.at_keylane("bakery", 3)
    assert (is_free(desk, FIRST), is_free(desk, SECOND)) == (False, True)


def test_what_keylane_refuses_of_an_earlier_cycle_is_free_when_the_correction_has_another_connection(
    desk: Desk,
) -> None:
    desk.correct("moved", "bakery", connections=SECOND)
    assert desk.take(refusal("bakery", "8106626"), "bakery") == NOTHING_TO_GIVE_BACK
    desk.take(refusal("bakery", "8106625"), "bakery")
    assert (is_free(desk, FIRST), is_free(desk, SECOND)) == (True, False)


def test_a_refusal_of_an_earlier_cycle_frees_nothing_that_the_correction_has_kept(desk: Desk) -> None:
    desk.correct("fix", "bakery", thirteenth_month=True)
    assert desk.take(refusal("bakery", "8106625"), "bakery") == NOTHING_TO_GIVE_BACK
    assert not is_free(desk, FIRST)


def test_a_registration_that_ends_frees_all_of_it(desk: Desk) -> None:
    desk.correct("moved", "bakery", connections=SECOND)
    desk.correct("away", "bakery", cycle=2, kind="withdrawal")
    assert (is_free(desk, FIRST), is_free(desk, SECOND)) == (True, True)
    assert desk.at_keylane("bakery") == NOTHING_TO_GIVE_BACK


def test_a_refusal_that_comes_after_a_correction_has_lapsed_frees_what_counts_again(desk: Desk) -> None:
    hold_a_correction(desk, SECOND)
    let_it_lapse(desk)
    assert (is_free(desk, FIRST), is_free(desk, SECOND)) == (False, True)
    desk.take(refusal("bakery", "8106625"), "bakery")
    assert is_free(desk, FIRST)


def test_a_refusal_while_a_correction_waits_frees_what_that_does_not_want(desk: Desk) -> None:
    hold_a_correction(desk, SECOND)
    desk.take(refusal("bakery", "8106625"), "bakery")
    assert (is_free(desk, FIRST), is_free(desk, SECOND)) == (True, False)
    let_it_lapse(desk)
    assert (is_free(desk, FIRST), is_free(desk, SECOND)) == (True, True)


def test_a_refusal_while_a_correction_of_that_connection_waits_leaves_it_that_chance(desk: Desk) -> None:
    for end in ("goes on", "lapses"):
        hold_a_correction(desk, None, cycle=desk.intake("bakery").cycle)
        desk.take(refusal("bakery", "8106625", cycle=desk.intake("bakery").submitted), "bakery")
        assert not is_free(desk, FIRST)
        if end == "goes on":
            desk.review("processor")
            assert desk.intake("bakery").answer == "submitted"
            desk.at_keylane("bakery")
        else:
            let_it_lapse(desk)
        assert is_free(desk, FIRST) == (end == "lapses")


@pytest.mark.parametrize("end", ["goes on", "lapses"])
def test_keylane_has_an_earlier_correction_while_a_later_one_waits_that_goes_back(desk: Desk, end: str) -> None:
    desk.correct("moved", "bakery", connections=SECOND)
    hold_a_correction(desk, FIRST, cycle=2)
    desk.at_keylane("bakery", 2)
    assert (is_free(desk, FIRST), is_free(desk, SECOND)) == (False, False)
    if end == "goes on":
        desk.review("processor")
        desk.at_keylane("bakery", 3)
    else:
        let_it_lapse(desk)
    assert (is_free(desk, FIRST), is_free(desk, SECOND)) == (end == "lapses", end == "goes on")


def test_a_refusal_after_a_match_frees_the_claim_on_the_numbers_that_were_typed() -> None:
    desk = Desk.with_open_gates()
    desk.form("bakery", by_processor_with_exact("bakery", loonheffingennummer=None, raamwerkcontractnummer="A0209999"))
    assert desk.heard(RegistrationSubmitted, "bakery")
    desk.take(refusal("bakery", "12"), "bakery")
    assert desk.holders() == []


def test_what_is_given_back_stays_with_the_others_of_the_registration() -> None:
    desk = Desk.told("transport", raet(registration="transport"))
    before = desk.intake("transport").claims
    renamed = [{"connection": 2, "employer_code": "10000009", "client_secret": token(2, "moved")}]
    desk.correct("moved", "transport", connections=renamed)
    assert set(before) < set(desk.intake("transport").claims)
    desk.at_keylane("transport")
    after = desk.intake("transport")
    assert (len(after.claims), after.leaving, after.returning) == (len(before), (), ())
    claims = (desk.story.remembered[Claim.at(key)] for key in after.claims)
    assert all(isinstance(one, Claim) and one.registration == "transport" for one in claims)
