"""What is said of a correction that was accepted, as its reader finds it in the mail."""

from intake_desk import PROCESSOR_EMAIL, Desk, by_processor, link_request
from told import all_told, mails_of, subjects
from typed_forms import loket, processor, raet

from schemas.events import LinkRequested, ProcessorApplied, ProcessorConfirmed, RegistrationHeld, RegistrationSubmitted

PREREQUISITES = "Controleer of je dit al hebt gedaan."


def submitted(desk: Desk, whose: str) -> RegistrationSubmitted:
    """What was said last."""
    return desk.heard(RegistrationSubmitted, whose)[-1]


def test_whose_form_was_rejected_reads_with_its_correction_what_it_must_have_done_first() -> None:
    desk = Desk.told("bakery", raet(registration="bakery", frequency=""))
    desk.correct("mended", "bakery", frequency="month")
    (text,) = all_told(submitted(desk, "bakery"))
    for words in ("Wij hebben je correctie voor", "Alles is goed ingevuld.", "mails werkt niet meer.", PREREQUISITES):
        assert words in text


def test_so_does_who_corrects_what_was_held_and_was_never_accepted() -> None:
    desk = Desk.told("bakery", by_processor())
    desk.correct("more", "bakery", frequency="four_weeks")
    desk.open_gates()
    assert submitted(desk, "bakery").cycle == 2
    assert PREREQUISITES in all_told(submitted(desk, "bakery"))[0]


def test_who_corrects_what_was_accepted_reads_it_no_second_time() -> None:
    desk = Desk.told("bakery", loket())
    assert PREREQUISITES in all_told(submitted(desk, "bakery"))[0]
    desk.correct("more", "bakery", frequency="four_weeks")
    (text,) = all_told(submitted(desk, "bakery"))
    assert "Wij gaan verder met de nieuwe gegevens." in text
    assert PREREQUISITES not in text


SLIP = "salaris@dekrost.example"


def left(desk: Desk, whose: str) -> dict[str, str]:
    """Where the last that was accepted is told, by the mail's role."""
    return {mail.role: str(mail.payload["email"]) for mail in mails_of(submitted(desk, whose))}


def test_the_address_that_a_correction_leaves_hears_that_it_is_left_and_gets_no_code() -> None:
    desk = Desk.told("bakery", loket())
    before = submitted(desk, "bakery").registration.email
    desk.correct("slip", "bakery", email=SLIP)
    assert left(desk, "bakery") == {"applicant": SLIP, "former-address": before}
    receipt, text = all_told(submitted(desk, "bakery"))
    assert "is een ander e-mailadres doorgegeven." in text
    assert "Code:" in receipt
    assert not [word for word in ("Code:", SLIP) if word in text]


def test_nor_is_it_told_what_company_it_is_for_from_now_on() -> None:
    desk = Desk.told("bakery", loket())
    desk.correct("slip", "bakery", email=SLIP, company_name="Garage Geheim B.V.")
    event = submitted(desk, "bakery")
    for mine, other in (all_told(event), subjects(event)):
        assert "Geheim" in mine
        assert "Geheim" not in other
        assert event.registration.reference in other


def test_nobody_hears_of_a_move_that_is_none() -> None:
    desk = Desk.told("bakery", loket())
    desk.correct("upper", "bakery", email=submitted(desk, "bakery").registration.email.upper())
    assert submitted(desk, "bakery").cycle == 2
    assert left(desk, "bakery").keys() == {"applicant"}


def test_a_move_is_told_at_the_address_that_stood_while_it_waited_and_not_before() -> None:
    desk = Desk.linked()
    desk.correct("move", "bakery", email="zuid@kantoor.example")
    assert [mail.role for mail in mails_of(desk.heard(RegistrationHeld, "bakery")[-1])] == ["applicant"]
    open_gates_of_the_south(desk)
    assert left(desk, "bakery") == {"applicant": "zuid@kantoor.example", "former-address": PROCESSOR_EMAIL}


def open_gates_of_the_south(desk: Desk) -> None:
    """The processor is confirmed at its new address as well, and the employer has asked there."""
    desk.confirm("south", email="zuid@kantoor.example")
    desk.form("request-2", link_request(processor_email="zuid@kantoor.example"))


def test_the_address_of_a_form_that_waited_or_was_rejected_hears_of_a_move_while_it_waits() -> None:
    for form in (by_processor(), by_processor(frequency="")):
        desk = Desk.told("bakery", form)
        desk.correct("move", "bakery", email="zuid@kantoor.example", frequency="month")
        event = desk.heard(RegistrationHeld, "bakery")[-1]
        assert {mail.role: mail.payload["email"] for mail in mails_of(event)} == {
            "applicant": "zuid@kantoor.example",
            "former-address": PROCESSOR_EMAIL,
        }
        desk.due("bakery")
        assert [mail.role for mail in mails_of(desk.heard(RegistrationHeld, "bakery")[-1])] == ["applicant"]
        open_gates_of_the_south(desk)
        assert left(desk, "bakery").keys() == {"applicant"}


def test_an_address_that_only_a_correction_that_waits_had_hears_that_the_next_one_goes_elsewhere() -> None:
    desk = Desk.linked()
    desk.correct("slip", "bakery", email="zuit@kantoor.example")
    desk.correct("mended", "bakery", cycle=2, email="zuid@kantoor.example")
    events: list[RegistrationHeld | RegistrationSubmitted] = [desk.heard(RegistrationHeld, "bakery")[-1]]
    open_gates_of_the_south(desk)
    events += desk.heard(RegistrationSubmitted, "bakery")[1:]
    told = [mail for event in events for mail in mails_of(event) if mail.role == "former-address"]
    assert [mail.payload["email"] for mail in told] == ["zuit@kantoor.example", PROCESSOR_EMAIL]
    assert len({mail.occasion for mail in told}) == len(told), "the same cycle leaves both, one after the other"


def test_so_it_does_where_the_next_one_stays_where_it_was() -> None:
    desk = Desk.linked()
    desk.correct("slip", "bakery", email="zuit@kantoor.example")
    desk.correct("back", "bakery", cycle=2, email=PROCESSOR_EMAIL)
    assert left(desk, "bakery") == {"applicant": PROCESSOR_EMAIL, "former-address": "zuit@kantoor.example"}


def test_so_does_the_address_of_a_processor_or_of_an_employer_that_asks() -> None:
    desk = Desk.with_open_gates()
    desk.form("newcomer", processor("newcomer", email="oost@kantoor.example"))
    moves = (
        ("processor", ProcessorConfirmed, PROCESSOR_EMAIL, "aanmelding"),
        ("newcomer", ProcessorApplied, "oost@kantoor.example", "aanmelding"),
        ("request", LinkRequested, "directie@dekorst.example", "aanvraag"),
    )
    for whose, kind, before, what in moves:
        desk.correct(f"move-{whose}", whose, email=f"{whose}@elders.example")
        event = desk.heard(kind, whose)[-1]
        told = {mail.role: mail.payload["email"] for mail in mails_of(event)}
        assert told == {"applicant": f"{whose}@elders.example", "former-address": before}
        assert f"Voor de {what} met referentie" in all_told(event)[1]
