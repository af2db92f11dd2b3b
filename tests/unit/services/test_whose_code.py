"""Which code a mail brings, when a correction waits, moves to another address or lapses."""

import pytest
from each import each
from notifier_events import (
    APPLICANT,
    BLOCKED,
    CONTACT,
    CORRECTION_REFUSED,
    REFUSED,
    action_needed,
    awaited,
    held,
    realised,
    rejected,
)
from parsed_mail import parsed, rendered
from stories import Story
from told import as_sent
from typed_forms import REGISTRATION, loket, registered

from schemas.event import Event
from schemas.events import (
    FormFault,
    RegistrationHeld,
    RegistrationSubmitted,
)
from schemas.events.correction_refused import LAPSED
from services.notifier.decide import SERVICE
from services.notifier.documents import Correspondence
from stream.service import Emit, Outcome

ELSEWHERE = "verhuisd@example.nl"


def moved(email: str) -> list[Event]:
    """Everything that can be the first to speak of a correction, which gave this address."""
    applicant = APPLICANT.model_copy(update={"email": email})
    return [
        RegistrationSubmitted(registration=registered(loket(email=email)), cycle=3),
        rejected(email).model_copy(update={"cycle": 3}),
        *(event.model_copy(update={"applicant": applicant, "cycle": 3}) for event in (held(), awaited(APPLICANT))),
        CORRECTION_REFUSED.model_copy(update={"applicant": applicant, "cycle": 3}),
        realised(cycle=3).model_copy(update={"contact": CONTACT.model_copy(update={"email": email})}),
    ]


def code_of(outcome: Outcome) -> object:
    assert isinstance(outcome, Emit)
    (effect,) = outcome.effects
    code_for = effect.payload["code_for"]
    assert isinstance(code_for, dict)
    return {name: code_for[name] for name in ("registration", "cycle")}


def text_of(outcome: Outcome) -> str:
    assert isinstance(outcome, Emit)
    (effect,) = outcome.effects
    return parsed(rendered(as_sent(effect))).text


@each([*((event, 2) for event in moved(ELSEWHERE)), *((event, 3) for event in moved("Salaris@Example.nl"))])
def test_the_code_that_counts_goes_to_no_address_that_the_registration_has_left(case: tuple[Event, int]) -> None:
    correction, cycle = case
    story = Story(SERVICE)
    assert code_of(story.when(correction)) == {"registration": REGISTRATION, "cycle": 3}
    for about in (action_needed(BLOCKED, number=2, cycle=2), realised(cycle=2)):
        assert code_of(story.when(about)) == {"registration": REGISTRATION, "cycle": cycle}


def test_an_address_that_the_registration_has_left_reads_so_and_no_code() -> None:
    story = Story(SERVICE)
    story.when(held_at(ELSEWHERE, 2))
    left = text_of(story.when(action_needed(BLOCKED)))
    assert ("Code:" in left, "een ander e-mailadres doorgegeven" in left) == (False, True)
    assert "Een correctie doorgeven of stoppen kan op" not in left
    stays = text_of(story.when(held(cycle=3)))
    assert ("Code:" in stays, "een ander e-mailadres" in stays) == (True, False)


def test_whose_address_was_never_kept_gets_the_code_that_counts_once_it_is_known_again() -> None:
    story = Story(SERVICE)
    story.remembered[Correspondence.at(REGISTRATION)] = Correspondence(cycle=2)
    assert code_of(story.when(action_needed(BLOCKED))) == {"registration": REGISTRATION, "cycle": 1}
    story.when(CORRECTION_REFUSED)
    assert code_of(story.when(action_needed(BLOCKED, number=2))) == {"registration": REGISTRATION, "cycle": 2}


LAPSE = CORRECTION_REFUSED.model_copy(
    update={"cycle": 3, "faults": (FormFault(field="form", code=LAPSED, message="Te lang gewacht."),)}
)


def held_at(email: str, cycle: int) -> RegistrationHeld:
    return held(cycle=cycle).model_copy(update={"applicant": APPLICANT.model_copy(update={"email": email})})


def test_after_a_change_of_address_that_lapsed_the_code_goes_to_the_address_that_stands() -> None:
    story = Story(SERVICE)
    story.when(held_at(ELSEWHERE, 3))
    assert code_of(story.when(action_needed(BLOCKED))) == {"registration": REGISTRATION, "cycle": 1}
    story.when(LAPSE.model_copy(update={"applicant": APPLICANT.model_copy(update={"email": ELSEWHERE})}))
    assert code_of(story.when(action_needed(BLOCKED, number=2))) == {"registration": REGISTRATION, "cycle": 3}


def test_a_lapse_brings_the_code_to_no_address_that_was_left_before() -> None:
    story = Story(SERVICE)
    story.when(realised(cycle=2).model_copy(update={"contact": CONTACT.model_copy(update={"email": ELSEWHERE})}))
    story.when(held_at("derde@example.nl", 3))
    story.when(LAPSE.model_copy(update={"applicant": APPLICANT.model_copy(update={"email": "derde@example.nl"})}))
    assert code_of(story.when(action_needed(BLOCKED))) == {"registration": REGISTRATION, "cycle": 1}
    at_the_second = action_needed(BLOCKED, number=2, cycle=2)
    contact = at_the_second.contact.model_copy(update={"email": ELSEWHERE})
    told = story.when(at_the_second.model_copy(update={"contact": contact}))
    assert code_of(told) == {"registration": REGISTRATION, "cycle": 3}


@pytest.mark.parametrize("before", [[], [realised(cycle=2)]])
def test_a_lapse_that_makes_the_code_of_the_address_that_was_left_old_brings_none_there(before: list[Event]) -> None:
    story = Story(SERVICE)
    for event in (*before, held_at(ELSEWHERE, 3)):
        story.when(event)
    assert code_of(story.when(LAPSE.model_copy(update={"cycle": 4}))) == {"registration": REGISTRATION, "cycle": 4}
    assert code_of(story.when(held_at(ELSEWHERE, 3))) == {"registration": REGISTRATION, "cycle": 3}
    assert code_of(story.when(action_needed(BLOCKED))) == {"registration": REGISTRATION, "cycle": 4}


@pytest.mark.parametrize(
    ("before", "waits"),
    [
        ([], False),
        ([held(cycle=3)], True),
        ([held(cycle=3), CORRECTION_REFUSED.model_copy(update={"cycle": 3})], True),
        ([held(cycle=3), LAPSE], False),
        ([held(cycle=3), LAPSE, held(cycle=4)], True),
    ],
)
def test_who_is_reminded_or_refused_while_a_correction_waits_hears_that_it_may_be_enough(
    before: list[Event], *, waits: bool
) -> None:
    story = Story(SERVICE)
    for event in before:
        story.when(event)
    for event in (action_needed(BLOCKED, number=2, cycle=2), REFUSED.model_copy(update={"cycle": 2})):
        assert ("Je hebt ons een correctie gestuurd." in text_of(story.when(event))) == waits
