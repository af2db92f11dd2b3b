"""What is said of a registration that waits, as its readers find it in the mail."""

import pytest
from intake_desk import PROCESSOR_EMAIL, Desk, by_processor, earlier, link_request
from told import all_told, mails_of, subjects
from typed_forms import loket

from schemas.events import (
    CorrectionRefused,
    RegistrationEnded,
    RegistrationHeld,
    RegistrationRejected,
    RegistrationSubmitted,
)
from services.timeline.said import said

EMPLOYER = "directie@dekorst.example"


def held(desk: Desk, whose: str) -> RegistrationHeld:
    """What was said last."""
    return desk.heard(RegistrationHeld, whose)[-1]


def corrected_in_vain() -> Desk:
    """A link that works, and a correction of it that waits for its processor."""
    desk = Desk.declined_since()
    desk.correct("more", "bakery", frequency="four_weeks")
    return desk


def test_while_a_correction_waits_both_read_that_the_link_goes_on_as_it_was() -> None:
    desk = corrected_in_vain()
    for number in (0, 1):
        assert (held(desk, "bakery").number, held(desk, "bakery").corrects) == (number, True)
        mine, employers = all_told(held(desk, "bakery"))
        assert "Je correctie voor" in mine
        assert "De correctie door je salarisverwerker voor" in employers
        for text in (mine, employers):
            assert "werkt de koppeling, dan blijft zij werken." in text
            assert "Wachten wij dan nog? Dan vervalt de correctie op die datum, en blijft alles zoals het was." in text
        desk.due("bakery")


def test_the_employer_reads_beforehand_that_its_processor_alone_hears_that_the_correction_goes_on() -> None:
    desk = corrected_in_vain()
    mine, employers = all_told(held(desk, "bakery"))
    whom = "Gaat de correctie verder? Dan mailen wij dat alleen aan je salarisverwerker."
    assert (whom in mine, whom in employers) == (False, True)
    desk.review("processor")
    submitted = desk.heard(RegistrationSubmitted, "bakery")[-1]
    assert (submitted.cycle, len(all_told(submitted))) == (2, 1)


def test_what_was_never_accepted_lapses_as_a_whole_also_when_it_was_corrected_meanwhile() -> None:
    desk = Desk.asked()
    desk.form("bakery", by_processor())
    desk.correct("more", "bakery", frequency="four_weeks")
    assert held(desk, "bakery").cycle == 2
    for text in all_told(held(desk, "bakery")):
        assert "Wachten wij dan nog? Dan vervalt de aanmelding op die datum.\n" in text
        assert "correctie voor" not in text


def lapsed(desk: Desk, whose: str) -> CorrectionRefused:
    """The correction that waits is waited for no longer."""
    desk.lapse(whose)
    return desk.heard(CorrectionRefused, whose)[-1]


def test_the_employer_that_was_told_of_a_correction_that_waits_hears_that_it_has_lapsed() -> None:
    desk = corrected_in_vain()
    event = lapsed(desk, "bakery")
    assert event.employer_email == EMPLOYER
    _, text = all_told(event)
    assert "De correctie door je salarisverwerker voor" in text
    assert "is vervallen. Alles blijft zoals het voor de correctie was." in text
    assert "Code:" not in text


def test_no_employer_hears_of_a_correction_that_would_have_made_the_link_another_s() -> None:
    desk = Desk.declined_since()
    desk.form("request-2", link_request(email="baas@elders.example", loonheffingennummer="111222333L01"))
    desk.correct("other", "bakery", loonheffingennummer="111222333L01")
    assert held(desk, "bakery").employer_email == "baas@elders.example"
    assert lapsed(desk, "bakery").employer_email is None


def test_nor_does_one_that_asks_no_more_hear_that_a_correction_has_lapsed_of_which_it_never_heard() -> None:
    desk = Desk.linked()
    desk.correct("away", "request", kind="withdrawal")
    desk.correct("more", "bakery", frequency="four_weeks")
    assert lapsed(desk, "bakery").employer_email is None
    assert {one.employer_email for one in desk.heard(RegistrationHeld, "bakery")} == {None}


def test_but_one_that_has_heard_that_it_waits_does_though_it_asks_no_more() -> None:
    desk = corrected_in_vain()
    desk.correct("away", "request", kind="withdrawal")
    desk.due("bakery")
    assert lapsed(desk, "bakery").employer_email == EMPLOYER


def test_nor_of_a_correction_that_never_waited() -> None:
    desk = Desk.linked()
    desk.correct("wrong", "bakery", loonheffingennummer="123456789L01")
    assert desk.heard(CorrectionRefused, "bakery")[-1].employer_email is None


def test_the_first_that_an_employer_hears_of_a_wait_is_no_reminder() -> None:
    desk = Desk()
    desk.confirm()
    desk.form("bakery", by_processor())
    desk.review("processor", "declined")
    desk.form("request", link_request())
    assert (held(desk, "bakery").waits_for, held(desk, "bakery").number) == (("PROCESSOR_CONFIRMATION",), 1)
    assert not [subject for subject in subjects(held(desk, "bakery")) if "Herinnering" in subject]
    desk.due("bakery")
    assert ["Herinnering" in subject for subject in subjects(held(desk, "bakery"))] == [True, True]
    desk.correct("away", "request", kind="withdrawal")
    desk.form("anew", link_request(email="nieuw@dekorst.example"))
    desk.due("bakery")
    assert held(desk, "bakery").employer_email == "nieuw@dekorst.example"
    assert not [subject for subject in subjects(held(desk, "bakery")) if "Herinnering" in subject]


def rejected_after_a_wait() -> Desk:
    """One that was to take the place of a link, and waited for its processor until another one had taken it."""
    desk = Desk.declined_since()
    desk.form("late", by_processor(supersedes=earlier("bakery")))
    desk.form("first", loket(supersedes=earlier("bakery")))
    desk.review("processor")
    assert desk.intake("late").answer == "rejected"
    return desk


def test_an_employer_that_was_told_of_a_wait_hears_that_the_registration_was_rejected() -> None:
    desk = rejected_after_a_wait()
    assert held(desk, "late").employer_email == EMPLOYER
    (event,) = desk.heard(RegistrationRejected, "late")
    assert event.employer_email == EMPLOYER
    _, text = all_told(event)
    assert "De aanmelding door je salarisverwerker voor Bakkerij De Korst B.V. gaat zo niet door." in text
    assert "Code:" not in text
    assert [mail.occasion for mail in mails_of(event)] == ["rejected", "rejected"]


def test_it_hears_of_its_end_too() -> None:
    desk = rejected_after_a_wait()
    desk.correct("away", "late", kind="withdrawal")
    assert desk.heard(RegistrationEnded, "late")[-1].employer_email == EMPLOYER


def test_of_what_is_rejected_at_once_no_employer_hears() -> None:
    desk = Desk.linked(frequency="")
    assert desk.heard(RegistrationRejected, "bakery")[-1].employer_email is None


def test_nor_is_it_where_it_asked_for_what_had_waited_for_more_than_that() -> None:
    desk = Desk.told("bakery", by_processor())
    desk.form("request", link_request())
    assert held(desk, "bakery").employer_email is None
    for is_reminder in (False, True):
        desk.due("bakery")
        assert (held(desk, "bakery").employer_email, held(desk, "bakery").is_reminder) == (EMPLOYER, is_reminder)
        assert {"Herinnering" in subject for subject in subjects(held(desk, "bakery"))} == {is_reminder}


def test_what_the_timeline_keeps_of_it_counts_reminders_only() -> None:
    event = held(corrected_in_vain(), "bakery").model_copy(update={"number": 2})
    assert (said(event).number, said(event.model_copy(update={"is_reminder": True})).number) == (0, 2)


def test_who_waits_for_a_request_under_another_number_reads_what_to_compare_and_it_goes_on_by_that() -> None:
    desk = Desk.linked(loonheffingennummer="111222333L01")
    assert held(desk, "bakery").waits_for == ("EMPLOYER_REQUEST",)
    (text,) = all_told(held(desk, "bakery"))
    for number in ("het loonheffingennummer", "het e-mailadres van de salarisverwerker"):
        assert number in text
    assert "Geef met een correctie door wat niet klopt of nog ontbreekt." in text
    desk.correct("number", "bakery", loonheffingennummer="123456782L01")
    assert desk.heard(RegistrationSubmitted, "bakery")


@pytest.mark.parametrize("package", ["loket", "loket_webservice"])
def test_whose_processor_is_confirmed_at_another_address_reads_so_and_it_goes_on_with_that_one(package: str) -> None:
    desk = Desk.with_open_gates()
    desk.form("request-other", link_request(processor_email="ander@kantoor.example"))
    desk.form("bakery", by_processor(package=package) | {"email": "ander@kantoor.example"})
    assert held(desk, "bakery").waits_for == ("PROCESSOR_CONFIRMATION",)
    for text in all_told(held(desk, "bakery")):
        assert "Dan moet in de aanmelding hetzelfde e-mailadres staan." in text
    desk.correct("address", "bakery", email=PROCESSOR_EMAIL)
    assert desk.heard(RegistrationSubmitted, "bakery")
