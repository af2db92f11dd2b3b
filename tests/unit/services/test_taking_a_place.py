"""A registration that takes another's place ends that one when it can go on itself, and not before."""

from typing import Any

import pytest
from intake_desk import CODES, Desk, by_processor, earlier, link_request
from typed_forms import loket, processor

from schemas.events import RegistrationEnded, RegistrationHeld, RegistrationRejected, RegistrationSubmitted
from schemas.ids import RegistrationId, reference
from services.intake import gate
from services.intake.documents import SUCCESSORS_MAX, Intake
from stream.service import Due, Ignore, Opened

OWN, OTHER = [{"employer_code": "8106625"}], [{"employer_code": "8106626"}]


@pytest.fixture
def desk() -> Desk:
    """An employer that is registered, and changes over to a processor that nobody has confirmed yet."""
    desk = Desk.told("bakery", loket())
    desk.form("processor", processor("processor"))
    return desk


def instead(desk: Desk, about: str = "new", *, cycle: int = 1, **changes: Any) -> None:
    code = earlier("bakery", cycle)
    desk.form(about, by_processor(supersedes=code, **changes))


def ends(desk: Desk) -> list[tuple[str, str | None]]:
    return [(one.reason, one.superseded_by) for one in desk.heard(RegistrationEnded, "bakery")]


def test_the_earlier_one_goes_on_until_the_processor_is_confirmed_and_the_employer_has_asked(desk: Desk) -> None:
    instead(desk)
    assert [one.waits_for for one in desk.heard(RegistrationHeld, "new")] == [
        ("PROCESSOR_CONFIRMATION", "EMPLOYER_REQUEST")
    ]
    desk.review("processor")
    assert desk.intake("new").waits == ("EMPLOYER_REQUEST",)
    assert (ends(desk), desk.holders()) == ([], ["bakery"])
    desk.form("request", link_request())
    assert ends(desk) == [("superseded", reference("new"))]
    assert (desk.is_live("new"), desk.holders()) == (True, ["new"])
    assert len(desk.heard(RegistrationHeld, "new")) == 1


def test_the_code_of_the_earlier_one_is_not_kept(desk: Desk) -> None:
    instead(desk)
    assert CODES.code("bakery", 1) not in desk.intake("new").model_dump_json()


@pytest.mark.parametrize("end", ["lapses", "is withdrawn"])
def test_of_one_that_never_goes_on_the_earlier_one_knows_nothing(desk: Desk, end: str) -> None:
    instead(desk)
    if end == "is withdrawn":
        desk.correct("away", "new", kind="withdrawal")
    desk.lapse("new")
    desk.review("processor")
    desk.form("request", link_request())
    assert (desk.intake("new").answer, ends(desk), desk.holders()) == ("ended", [], ["bakery"])


def test_it_is_reminded_of_what_it_waits_for(desk: Desk) -> None:
    instead(desk)
    desk.due("new")
    assert [(one.number, one.waits_for) for one in desk.heard(RegistrationHeld, "new")] == [
        (number, ("PROCESSOR_CONFIRMATION", "EMPLOYER_REQUEST")) for number in (0, 1)
    ]
    assert desk.take(Due(Intake.at("new"), desk.story.now), "new") == Ignore("MOVED_ON")


def test_a_wrong_code_is_answered_at_once_whatever_it_waits_for(desk: Desk) -> None:
    instead(desk, cycle=2, connections=OTHER)
    (rejected,) = desk.heard(RegistrationRejected, "new")
    assert ([one.code for one in rejected.faults], rejected.correctable) == (["CODE_WRONG"], False)
    assert (desk.intake("bakery").wrong_codes, desk.holders()) == (1, ["bakery"])


def test_an_answer_that_comes_after_a_reminder_is_heard(desk: Desk) -> None:
    with desk.holding_up("bakery"):
        instead(desk, cycle=2)
        desk.due("new")
    assert [one.faults[0].code for one in desk.heard(RegistrationRejected, "new")] == ["CODE_WRONG"]


def test_what_it_wants_besides_is_its_own_from_the_beginning(desk: Desk) -> None:
    instead(desk, connections=OTHER)
    desk.form("third", loket(connections=OTHER, email="derde@anders.example"))
    assert not desk.is_live("third")
    assert desk.holders() == ["bakery", "new"]


def test_it_can_be_corrected_while_it_waits(desk: Desk) -> None:
    instead(desk)
    desk.correct("fix", "new", thirteenth_month=True)
    desk.review("processor")
    assert not ends(desk)
    desk.form("request", link_request())
    (submitted,) = desk.heard(RegistrationSubmitted, "new")
    assert (submitted.cycle, submitted.registration.thirteenth_month, ends(desk)) == (
        2, True, [("superseded", reference("new"))]
    )  # fmt: skip


def test_an_earlier_one_that_is_corrected_or_ends_by_itself_meanwhile_makes_place_all_the_same(desk: Desk) -> None:
    instead(desk)
    desk.correct("moved", "bakery", connections=OTHER)
    assert desk.intake("bakery").successors == ("new",)
    desk.correct("away", "bakery", cycle=2, kind="withdrawal")
    desk.review("processor")
    desk.form("request", link_request())
    assert (desk.is_live("new"), desk.holders()) == (True, ["new"])


def test_of_two_that_take_its_place_the_one_that_can_go_on_has_it(desk: Desk) -> None:
    instead(desk)
    code = earlier("bakery")
    desk.form("self", loket(supersedes=code))
    assert (ends(desk), desk.is_live("self")) == ([("superseded", reference("self"))], True)
    assert desk.intake("new").answer == "held"
    desk.review("processor")
    desk.form("request", link_request())
    (rejected,) = desk.heard(RegistrationRejected, "new")
    assert [one.code for one in rejected.faults] == ["ALREADY_REGISTERED"]


def test_of_two_that_want_other_connections_than_each_other_both_go_on(desk: Desk) -> None:
    for about, own in (("new", OTHER), ("newer", [{"employer_code": "8106627"}])):
        instead(desk, about, connections=own)
    code = earlier("bakery")
    desk.form("self", loket(supersedes=code))
    assert (ends(desk), desk.holders()) == ([("superseded", reference("self"))], ["new", "newer", "self"])
    desk.review("processor")
    desk.form("request", link_request())
    assert (desk.is_live("new"), desk.is_live("newer"), len(ends(desk))) == (True, True, 1)
    assert desk.intake("bakery").successors == ()


@pytest.mark.parametrize("first", ["old", "new"])
def test_where_the_earlier_one_has_ended_by_itself_it_waits_for_its_own_gates_alone(desk: Desk, first: str) -> None:
    for each in (first, {"old": "new", "new": "old"}[first]):
        if each == "new":
            instead(desk)
        else:
            desk.correct("away", "bakery", kind="withdrawal")
    assert (desk.intake("new").answer, ends(desk)) == ("held", [("withdrawn", None)])
    desk.correct("thought-better", "new", kind="withdrawal")
    assert [one.instead_of for one in desk.heard(RegistrationEnded, "new")] == [None]


def test_that_it_can_go_on_is_looked_at_again_when_the_earlier_one_hears_of_it(desk: Desk) -> None:
    instead(desk)
    ready = Opened(Intake.at("bakery"), gate.of_readiness(RegistrationId("new")))
    assert desk.take(ready, "bakery") == Ignore("NOT_READY")


def test_one_that_is_withdrawn_while_the_earlier_one_has_not_heard_of_it_yet_ends_nobody(desk: Desk) -> None:
    with desk.holding_up("bakery"):
        desk.form("self", loket(supersedes=earlier("bakery")))
        assert desk.intake("self").waits == ("SUPERSEDED_REGISTRATION",)
        desk.correct("away", "self", kind="withdrawal")
    assert (ends(desk), desk.is_live("bakery")) == ([], True)


def test_while_it_waits_for_the_earlier_one_s_answer_alone_it_looks_again_a_reminder_later(desk: Desk) -> None:
    with desk.holding_up("bakery"):
        desk.form("self", loket(supersedes=earlier("bakery")))
        desk.due("self")
        assert desk.intake("self").due_at == desk.story.now + desk.terms.reminder
        assert not desk.heard(RegistrationHeld, "self")
    assert desk.is_live("self")


def test_a_gate_that_shuts_again_before_the_earlier_one_has_heard_leaves_the_order_as_it_is(desk: Desk) -> None:
    desk.form("request", link_request())
    desk.review("processor")
    with desk.holding_up("bakery"):
        instead(desk)
        desk.review("processor", "declined")
        desk.correct("fix", "new", thirteenth_month=True)
        assert desk.intake("new").waits == ("PROCESSOR_CONFIRMATION",)
    assert not ends(desk)
    desk.review("processor")
    assert (ends(desk), desk.is_live("new")) == ([("superseded", reference("new"))], True)


def test_of_very_many_that_wait_for_its_place_the_newest_are_remembered(desk: Desk) -> None:
    for number in range(SUCCESSORS_MAX + 1):
        instead(desk, f"new-{number}", connections=[{"employer_code": f"{number + 1}"}])
    known = desk.intake("bakery")
    assert (len(known.successors), len(known.waits_for)) == (SUCCESSORS_MAX, SUCCESSORS_MAX)
    assert [one.faults[0].code for one in desk.heard(RegistrationRejected, "new-0")] == ["CODE_WRONG"]
    assert desk.intake("new-1").answer == "held"
