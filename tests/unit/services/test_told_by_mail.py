"""What intake answers, as its reader finds it in the mail."""

import json

from intake_desk import Desk, by_processor, link_request, processor
from parsed_mail import parsed, rendered
from stories import Story
from typed_forms import loket

from schemas.event import Event
from schemas.events import CorrectionRefused, FormFault
from services.notifier.decide import SERVICE
from services.notifier.mails import read
from stream.service import Emit


def told(event: Event) -> str:
    """The text of the only mail that follows."""
    outcome = Story(SERVICE).when(event)
    assert isinstance(outcome, Emit)
    (effect,) = outcome.effects
    return parsed(rendered(read(effect.kind, json.dumps(dict(effect.payload))))).text


def refused(desk: Desk, whose: str) -> str:
    """The mail of the only correction that was refused."""
    (event,) = desk.heard(CorrectionRefused, whose)
    return told(event)


def test_a_correction_of_what_has_ended_is_told_to_fill_in_a_new_form_and_brings_no_code() -> None:
    desk = Desk()
    desk.form("bakery", loket())
    desk.correct("stop", "bakery", kind="withdrawal")
    desk.correct("later", "bakery", email="nieuw@dekorst.example")
    text = refused(desk, "bakery")
    assert "is al gestopt. Je correctie verandert daar niets meer aan." in text
    assert "Vul dan een nieuw formulier in" in text
    assert not [word for word in ("Code:", "opnieuw", "Verbeter", "correctie door") if word in text]


def waiting_correction() -> Desk:
    """A registration that was submitted, and a correction of it that waits: its processor was declined meanwhile."""
    desk = Desk()
    desk.form("processor", processor("processor"))
    desk.review("processor")
    desk.form("request", link_request())
    desk.form("bakery", by_processor())
    desk.review("processor", "declined")
    desk.correct("correction", "bakery", frequency="four_weeks")
    assert desk.intake("bakery").answer == "held"
    return desk


def waited_too_long() -> Desk:
    """The same when it has lapsed."""
    desk = waiting_correction()
    while desk.intake("bakery").answer == "held":
        desk.due("bakery")
    return desk


def test_a_correction_that_waited_too_long_is_told_so_and_that_nothing_was_wrong() -> None:
    text = refused(waited_too_long(), "bakery")
    assert "is vervallen. Alles blijft zoals het voor de correctie was." in text
    assert "Wij hebben te lang moeten wachten op wat nog nodig was." in text
    assert not [word for word in ("klopt", "Verbeter", "Formulier", "Er is niets veranderd") if word in text]


def test_a_correction_that_became_wrong_while_it_waited_is_told_what_and_not_that_it_waited_too_long() -> None:
    (lapsed,) = waited_too_long().heard(CorrectionRefused, "bakery")
    taken = FormFault(field="connections.0.employer_code", code="ALREADY_REGISTERED", message="Al aangemeld.")
    text = told(lapsed.model_copy(update={"faults": (taken, *lapsed.faults)}))
    assert "Intussen klopt dit niet meer:\n\n- Werkgeverscode 1: Al aangemeld.\n\nWil je" in text
    assert "te lang" not in text
