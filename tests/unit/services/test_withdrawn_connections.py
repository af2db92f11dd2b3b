"""Single connections are withdrawn: they are free, and the others go on as if nothing had been said."""

from typing import Any

import pytest
from intake_desk import Desk, earlier
from stories import NOW
from told import subjects, told
from typed_forms import raet, token

from schemas.events import ConnectionsWithdrawn, CorrectionRefused, RegistrationEnded, RegistrationSubmitted
from services.intake.documents import BeforeCorrection, Intake
from stream.service import Ignore

THREE = ("10000001", "10000002", "10000003")


def entities(registration: str, codes: tuple[str, ...] = THREE, **changes: Any) -> dict[str, Any]:
    connections = [
        {"employer_code": code, "client_secret": token(number, registration)} for number, code in enumerate(codes, 1)
    ]
    return raet(registration=registration) | {"connections": connections} | changes


def refused_codes(event: CorrectionRefused) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in event.faults]


def named(*numbers: int) -> list[dict[str, int]]:
    return [{"connection": number} for number in numbers]


@pytest.fixture
def desk() -> Desk:
    """A holding with three entities, which Keylane works on."""
    return Desk.told("holding", entities("holding"))


def test_who_withdraws_one_connection_ends_it_alone_in_the_same_cycle(desk: Desk) -> None:
    desk.correct("away", "holding", kind="withdrawal", connections=named(2))
    (said,) = desk.heard(ConnectionsWithdrawn, "holding")
    assert [(one.connection, one.employer_code) for one in said.connections] == [(2, "10000002")]
    assert (said.cycle, said.going_on) == (1, ("10000001", "10000003"))
    assert desk.intake("holding").answer == "submitted"
    assert len(desk.heard(RegistrationSubmitted, "holding")) == 1
    assert not desk.heard(RegistrationEnded, "holding")
    assert desk.holders() == ["holding", "holding"]


def test_what_was_withdrawn_can_be_registered_again_by_anybody(desk: Desk) -> None:
    desk.correct("away", "holding", kind="withdrawal", connections=named(2))
    desk.form("buyer", entities("buyer", ("10000002",), email="iemand@anders.example"))
    assert desk.heard(RegistrationSubmitted, "buyer")
    anew = {"connection": 2, "employer_code": "10000002", "client_secret": token(2, "back")}
    desk.correct("back", "holding", connections=[anew])
    (refused,) = desk.heard(CorrectionRefused, "holding")
    assert refused_codes(refused) == [("connections.1.employer_code", "ALREADY_REGISTERED")]


def test_its_owner_can_bring_it_back_by_a_correction(desk: Desk) -> None:
    desk.correct("away", "holding", kind="withdrawal", connections=named(2))
    anew = {"connection": 2, "employer_code": "10000002", "client_secret": token(2, "back")}
    desk.correct("back", "holding", connections=[anew])
    *_, submitted = desk.heard(RegistrationSubmitted, "holding")
    assert [one.connection for one in submitted.registration.connections] == [1, 2, 3]


def test_a_later_correction_does_not_bring_it_back(desk: Desk) -> None:
    desk.correct("away", "holding", kind="withdrawal", connections=named(1))
    desk.correct("fix", "holding", frequency="four_weeks")
    *_, submitted = desk.heard(RegistrationSubmitted, "holding")
    assert (submitted.cycle, [one.connection for one in submitted.registration.connections]) == (2, [2, 3])


@pytest.mark.parametrize("steps", [[(1, 2, 3)], [(3, 1), (2,)], [(2, 2, 1, 3)]])
def test_naming_all_that_is_left_withdraws_the_whole(desk: Desk, steps: list[tuple[int, ...]]) -> None:
    for step, numbers in enumerate(steps):
        desk.correct(f"away-{step}", "holding", kind="withdrawal", connections=named(*numbers))
    (ended,) = desk.heard(RegistrationEnded, "holding")
    assert ended.reason == "withdrawn"
    assert len(desk.heard(ConnectionsWithdrawn, "holding")) == len(steps) - 1
    assert desk.holders() == []


def test_what_is_left_in_somebody_else_s_hands_is_nothing_to_go_on_with() -> None:
    desk = Desk.told("buyer", entities("buyer", ("10000003",), email="iemand@anders.example"))
    desk.form("holding", entities("holding"))
    desk.correct("fix", "holding")  # leaves out what it was told of
    desk.correct("away", "holding", cycle=2, kind="withdrawal", connections=named(1, 2))
    assert desk.heard(RegistrationEnded, "holding")
    assert desk.holders() == ["buyer"]


@pytest.mark.parametrize("numbers", [(4,), (2, 9), (50,)])
def test_a_connection_that_is_not_there_is_answered_and_nothing_ends(desk: Desk, numbers: tuple[int, ...]) -> None:
    desk.correct("away", "holding", kind="withdrawal", connections=named(*numbers))
    (refused,) = desk.heard(CorrectionRefused, "holding")
    assert refused_codes(refused) == [(f"connections.{len(numbers) - 1}.connection", "CONNECTION_UNKNOWN")]
    assert refused.submission == "away"
    assert len(desk.holders()) == 3


def test_one_that_has_ended_already_is_answered_so(desk: Desk) -> None:
    for about in ("away", "again"):
        desk.correct(about, "holding", kind="withdrawal", connections=named(2))
    (refused,) = desk.heard(CorrectionRefused, "holding")
    assert "- Nummer van een koppeling: Deze koppeling hoort niet bij je aanmelding, of is al gestopt." in told(refused)
    assert subjects(refused) == ["Wijziging salariskoppeling niet verwerkt: Bakkerij De Korst B.V."]
    assert len(desk.heard(ConnectionsWithdrawn, "holding")) == 1


@pytest.mark.parametrize("wrong", [[], "2", [{}], [2], [{"connection": "2"}], [{"connection": 2, "package": "raet"}]])
def test_what_cannot_be_understood_ends_nothing(desk: Desk, wrong: Any) -> None:
    desk.correct("away", "holding", kind="withdrawal", connections=wrong)
    assert desk.heard(CorrectionRefused, "holding")
    assert not desk.heard(RegistrationEnded, "holding")
    assert len(desk.holders()) == 3


@pytest.mark.parametrize("more", [{"connection": 2}, {"Connections": named(2)}, {"email": "ander@adres.example"}])
def test_what_nobody_asks_of_a_withdrawal_is_not_passed_over_and_the_whole_ended(
    desk: Desk, more: dict[str, Any]
) -> None:
    desk.correct("away", "holding", kind="withdrawal", **more)
    (refused,) = desk.heard(CorrectionRefused, "holding")
    assert [fault.field for fault in refused.faults] == list(more)
    assert refused.submission == "away"
    assert not desk.heard(RegistrationEnded, "holding")
    assert len(desk.holders()) == 3


def test_without_the_right_code_nothing_ends(desk: Desk) -> None:
    desk.correct("fix", "holding")
    desk.correct("away", "holding", cycle=1, kind="withdrawal", connections=named(2))
    assert desk.intake("holding").wrong_codes == 1
    assert not desk.heard(ConnectionsWithdrawn, "holding")
    assert not desk.heard(CorrectionRefused, "holding")


def test_of_what_has_ended_nothing_more_ends_and_who_withdraws_it_is_told_so(desk: Desk) -> None:
    desk.correct("away", "holding", kind="withdrawal")
    desk.correct("again", "holding", kind="withdrawal", connections=named(2))
    assert len(desk.heard(RegistrationEnded, "holding")) == 1
    (refused,) = desk.heard(CorrectionRefused, "holding")
    assert (refused_codes(refused), refused.submission) == ([("reference", "ENDED")], "again")
    assert "is al gestopt. Wat je nu doorgeeft, verandert daar niets meer aan." in told(refused)


def test_a_form_without_connections_has_none_to_withdraw() -> None:
    desk = Desk()
    request = {"kind": "link_request", "company_name": "De Korst", "email": "directie@dekorst.example"}
    chosen = {"processor_name": "Noord", "processor_email": "noord@kantoor.example"}
    desk.form("request", request | chosen | {"loonheffingennummer": "123456782L01"})
    desk.correct("away", "request", kind="withdrawal", connections=named(1))
    assert desk.heard(CorrectionRefused, "request")
    assert desk.intake("request").answer == "requested"


@pytest.mark.parametrize("refused", ["no code", "10000009"])
def test_of_a_rejected_form_the_rest_goes_on(refused: str) -> None:
    desk = Desk.told("buyer", entities("buyer", ("10000009",), email="iemand@anders.example"))
    desk.form("holding", entities("holding", ("10000001", refused, "10000003")))
    desk.correct("away", "holding", kind="withdrawal", connections=named(2))
    (submitted,) = desk.heard(RegistrationSubmitted, "holding")
    assert [one.connection for one in submitted.registration.connections] == [1, 3]


def test_where_the_rest_of_a_rejected_form_is_somebody_else_s_nothing_is_taken_out() -> None:
    desk = Desk.told("buyer", entities("buyer", ("10000001",), email="iemand@anders.example"))
    desk.form("holding", entities("holding", ("10000001", "no code", "10000003")))
    for about in ("away", "again"):
        desk.correct(about, "holding", kind="withdrawal", connections=named(2))
    told_each = [refused_codes(event) for event in desk.heard(CorrectionRefused, "holding")]
    assert told_each == [[("connections.0.employer_code", "ALREADY_REGISTERED")]] * 2
    desk.correct("both", "holding", kind="withdrawal", connections=named(1, 2))
    (submitted,) = desk.heard(RegistrationSubmitted, "holding")
    assert [one.connection for one in submitted.registration.connections] == [3]


def test_of_a_rejected_form_all_that_is_named_ends_it() -> None:
    desk = Desk.told("holding", entities("holding", ("no code", "10000002")))
    desk.correct("away", "holding", kind="withdrawal", connections=named(1, 2))
    assert desk.heard(RegistrationEnded, "holding")


def test_what_still_waits_for_another_s_place_leaves_it_out_too(desk: Desk) -> None:
    with desk.holding_up("holding"):
        desk.form("next", entities("next", supersedes=earlier("holding")))
        desk.correct("away", "next", kind="withdrawal", connections=named(2))
        assert desk.heard(ConnectionsWithdrawn, "next")
    (submitted,) = desk.heard(RegistrationSubmitted, "next")
    assert [one.connection for one in submitted.registration.connections] == [1, 3]


def test_the_same_withdrawal_again_is_no_other(desk: Desk) -> None:
    for _ in range(2):
        outcome = desk.correct("away", "holding", kind="withdrawal", connections=named(2))
    assert outcome == Ignore("ALREADY_DECIDED")


def test_what_stands_while_a_correction_is_held_loses_it_too(desk: Desk) -> None:
    before = desk.intake("holding")
    desk.correct("moved", "holding", connections=[{"connection": 2, "employer_code": "10000009"}])
    known = desk.intake("holding")
    assert before.form
    stands = BeforeCorrection(
        form=before.form,
        email="salaris@dekorst.example",
        company_name="De Korst",
        package="raet",
        sealed_to=before.sealed_to,
        claims=before.claims,
    )
    waits: dict[str, Any] = {"answer": "held", "waits": ("EMPLOYER_REQUEST",), "held_since": NOW, "stands": stands}
    desk.story.remembered[Intake.at("holding")] = known.but(**waits)
    desk.correct("away", "holding", cycle=2, kind="withdrawal", connections=named(2))
    after = desk.intake("holding")
    assert after.stands is not None
    assert [one is None for one in after.stands.form["connections"]] == [False, True, False]
    assert after.stands.claims == after.claims == (known.claims[0], known.claims[2])
    assert desk.holders() == ["holding", "holding"]
    assert (after.answer, after.waits, after.held_since) == ("held", ("EMPLOYER_REQUEST",), NOW)
