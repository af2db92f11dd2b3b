"""What is said of a correction that was accepted, as its reader finds it in the mail."""

from intake_desk import Desk, by_processor, open_gates
from told import all_told
from typed_forms import loket, raet

from schemas.events import RegistrationSubmitted

PREREQUISITES = "Controleer of je dit al hebt gedaan."


def submitted(desk: Desk, whose: str) -> RegistrationSubmitted:
    """What was said last."""
    return desk.heard(RegistrationSubmitted, whose)[-1]


def test_whose_form_was_rejected_reads_with_its_correction_what_it_must_have_done_first() -> None:
    desk = Desk()
    desk.form("bakery", raet(registration="bakery", frequency=""))
    desk.correct("mended", "bakery", frequency="month")
    (text,) = all_told(submitted(desk, "bakery"))
    for words in ("Wij hebben je correctie voor", "Alles is goed ingevuld.", "mails werkt niet meer.", PREREQUISITES):
        assert words in text


def test_so_does_who_corrects_what_was_held_and_was_never_accepted() -> None:
    desk = Desk()
    desk.form("bakery", by_processor())
    desk.correct("more", "bakery", frequency="four_weeks")
    open_gates(desk)
    assert submitted(desk, "bakery").cycle == 2
    assert PREREQUISITES in all_told(submitted(desk, "bakery"))[0]


def test_who_corrects_what_was_accepted_reads_it_no_second_time() -> None:
    desk = Desk()
    desk.form("bakery", loket())
    assert PREREQUISITES in all_told(submitted(desk, "bakery"))[0]
    desk.correct("more", "bakery", frequency="four_weeks")
    (text,) = all_told(submitted(desk, "bakery"))
    assert "Wij gaan verder met de nieuwe gegevens." in text
    assert PREREQUISITES not in text
