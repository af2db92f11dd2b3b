"""What intake answers, as its reader finds it in the mail."""

from collections.abc import Callable
from typing import Any

import pytest
from intake_desk import Desk, by_processor, link_request
from told import all_told, mails_of, subjects, told
from typed_forms import loket, processor, raet, token

from schemas.events import (
    CorrectionRefused,
    FormFault,
    LinkRequested,
    PolicyAwaited,
    ProcessorApplied,
    ProcessorConfirmed,
    RegistrationEnded,
    RegistrationHeld,
    RegistrationRejected,
    RegistrationSubmitted,
)
from schemas.ids import reference
from schemas.values import Applicant

WITHOUT_CREDENTIALS = {"username": None, "environment_code": None, "password": None}


def refused(desk: Desk, whose: str) -> str:
    """The mail of the only correction that was refused, to whom has sent it."""
    (event,) = desk.heard(CorrectionRefused, whose)
    return all_told(event)[0]


def test_a_correction_of_what_has_ended_is_told_to_fill_in_a_new_form_and_brings_no_code() -> None:
    desk = Desk.told("bakery", loket())
    desk.correct("stop", "bakery", kind="withdrawal")
    desk.correct("later", "bakery", email="nieuw@dekorst.example")
    text = refused(desk, "bakery")
    assert "is al gestopt. Wat je nu doorgeeft, verandert daar niets meer aan." in text
    assert "Vul dan een nieuw formulier in" in text
    assert not [word for word in ("Code:", "opnieuw", "Verbeter", "correctie door") if word in text]


def test_who_withdraws_a_request_again_reads_that_nothing_is_left_to_do_in_the_words_for_a_request() -> None:
    desk = Desk.asked()
    desk.correct("stop", "request", kind="withdrawal")
    desk.correct("again", "request", kind="withdrawal")
    text = refused(desk, "request")
    assert "De aanvraag voor Bakkerij De Korst B.V. is al gestopt." in text
    assert "Wilde je alleen stoppen? Dan hoef je niets te doen." in text
    assert "aanmelding" not in text


def test_the_employer_that_asked_is_told_once_that_it_has_to_give_the_mandate() -> None:
    desk = Desk.linked()
    (submitted,) = desk.heard(RegistrationSubmitted, "bakery")
    assert submitted.employer_email == "directie@dekorst.example"
    whom = Applicant(reference="ABCDEFGHJK1", email="noord@kantoor.example", company_name="De Korst", package="loket")
    asked = PolicyAwaited(
        reference="ABCDEFGHJK1", applicant=whom, cycle=1, reason="MANDATE_MISSING", employer_email="baas@example.nl"
    )
    _, text = all_told(asked)
    assert "Geef de machtiging aan a.s.r." in text
    assert "Code:" not in text
    occasions = [mails_of(asked.model_copy(update={"cycle": cycle}))[1].occasion for cycle in (1, 2)]
    assert occasions == ["MANDATE_MISSING", "MANDATE_MISSING"], "a correction asks for it no second time"
    occasions = [mails_of(asked.model_copy(update={"mandate_wait": wait}))[1].occasion for wait in (1, 2)]
    assert occasions == ["MANDATE_MISSING", "MANDATE_MISSING wait 2"], "another wait does"
    assert len(all_told(asked.model_copy(update={"reason": "POLICY_NOT_FOUND"}))) == 1
    (same,) = all_told(asked.model_copy(update={"employer_email": whom.email.upper()}))
    assert "Laat de werkgever de machtiging aan a.s.r. geven." in same


def test_processor_and_employer_are_reminded_of_a_mandate_by_a_mail_each_for_each_time() -> None:
    whom = Applicant(reference="ABCDEFGHJK1", email="noord@kantoor.example", company_name="De Korst", package="loket")
    asked = PolicyAwaited(
        reference="ABCDEFGHJK1", applicant=whom, cycle=2, reason="MANDATE_MISSING", employer_email="baas@example.nl"
    )
    reminders = [asked.model_copy(update={"number": number}) for number in (1, 2)]
    above = {subject for reminder in reminders for subject in subjects(reminder)}
    assert above == {"Herinnering: salariskoppeling wacht op gegevens: De Korst"}
    occasions = [(mail.occasion, mail.role) for reminder in reminders for mail in mails_of(reminder)]
    assert occasions == [
        ("cycle 2 MANDATE_MISSING reminder 1", "applicant"),
        ("cycle 2 MANDATE_MISSING reminder 1", "employer"),
        ("cycle 2 MANDATE_MISSING reminder 2", "applicant"),
        ("cycle 2 MANDATE_MISSING reminder 2", "employer"),
    ]


def test_the_employer_that_asked_hears_that_the_link_is_stopped_and_whom_to_ask() -> None:
    desk = Desk.linked()
    desk.correct("away", "bakery", kind="withdrawal")
    (ended,) = desk.heard(RegistrationEnded, "bakery")
    end, mail = mails_of(ended)
    assert (mail.kind, mail.occasion, mail.role) == (end.kind, end.occasion, "employer")
    assert mail.payload["email"] == "directie@dekorst.example"
    processors, text = all_told(ended)
    assert ["Meld je" in processors, "Doe dan een nieuwe aanmelding" in processors] == [False, True]
    assert "De aanmelding door je salarisverwerker voor Bakkerij De Korst B.V. is gestopt." in text
    assert "Neem dan contact op met je salarisverwerker." in text
    assert not [word for word in ("Code:", "Doe dan een nieuwe aanmelding") if word in text]
    assert len(all_told(ended.model_copy(update={"employer_email": ended.applicant.email.upper()}))) == 1


def test_a_processor_that_withdraws_its_own_registration_hears_that_its_employers_links_go_on() -> None:
    desk = Desk.with_open_gates()
    desk.correct("away", "processor", kind="withdrawal")
    (ended,) = desk.heard(RegistrationEnded, "processor")
    assert "De koppelingen die er zijn, blijven." in told(ended)
    assert not [word for word in ("Keylane", "Wil je de koppeling toch?") if word in told(ended)]
    superseded = ended.model_copy(update={"reason": "superseded", "superseded_by": "79P79NRBP33"})
    assert "De koppelingen die er zijn, blijven." in told(superseded)
    assert "Meld je kantoor" not in told(superseded)


def test_a_corrected_request_and_an_end_go_to_whom_they_concern() -> None:
    desk = Desk.asked()
    desk.correct("contract", "request", raamwerkcontractnummer="A0201234")
    desk.correct("number", "request", cycle=2, loonheffingennummer="811111118L01")
    first, same, changed = (all_told(event) for event in desk.heard(LinkRequested, "request"))
    assert [len(texts) for texts in (first, same, changed)] == [2, 1, 2]
    assert "voor die verandert er niets" in same[0]
    assert ["is veranderd. Hieronder" in texts[0] for texts in (first, same, changed)] == [False, True, True]
    assert "heeft de aanvraag van een salariskoppeling veranderd" in changed[1]
    desk.correct("away", "request", cycle=3, kind="withdrawal")
    (ended,) = desk.heard(RegistrationEnded, "request")
    assert len(all_told(ended.model_copy(update={"moving_to": "nieuw@example.nl"}))) == len(all_told(ended)) + 1


def test_a_request_that_waits_for_its_processor_is_told_to_both_once_more_and_where_a_slip_may_be() -> None:
    desk = Desk.asked()
    desk.due("request")
    reminder = desk.heard(LinkRequested, "request")[-1]
    employer, processor = all_told(reminder)
    assert "Wij hebben nu geen aanmelding van je salarisverwerker." in employer
    assert "B.V.." not in employer
    assert "Klopt het e-mailadres hieronder niet?" in employer
    assert "Wij hebben van deze werkgever nu geen aanmelding." in processor
    assert "Ken je deze werkgever niet? Dan hoef je niets te doen." in processor


def test_the_first_word_of_a_request_asks_nobody_to_register_once_more_what_is_registered() -> None:
    desk = Desk.linked()
    desk.form("again", link_request(email="nieuw@dekorst.example"))
    (asked,) = desk.heard(LinkRequested, "again")
    employer, processor = all_told(asked)
    assert "meldt je aan als dat nog niet is gebeurd" in employer
    assert "Heb je deze werkgever al aangemeld, of ken je die niet? Dan hoef je niets te doen." in processor


def test_who_withdraws_or_changes_its_request_reads_that_a_link_that_is_there_stays() -> None:
    desk = Desk.linked()
    desk.correct("elsewhere", "request", processor_email="zuid@kantoor.example")
    first, changed = desk.heard(LinkRequested, "request")
    assert ["Een koppeling die er al is, blijft" in all_told(one)[0] for one in (first, changed)] == [False, True]
    desk.correct("away", "request", cycle=2, kind="withdrawal")
    (ended,) = desk.heard(RegistrationEnded, "request")
    assert "Een koppeling die er al is, blijft werken." in all_told(ended)[0]


def rejected(desk: Desk, whose: str) -> RegistrationRejected:
    (event,) = desk.heard(RegistrationRejected, whose)
    return event


@pytest.mark.parametrize(("form", "page"), [(link_request, "salariskoppeling"), (loket, "salarisverwerkers")])
def test_a_rejected_form_is_corrected_on_its_own_page(form: Callable[..., dict[str, Any]], page: str) -> None:
    desk = Desk.told("wrong", form(loonheffingennummer="123456789L01"))
    assert f"kan op asr.nl/{page}." in told(rejected(desk, "wrong"))


def test_whose_connection_is_registered_already_is_told_to_its_own_address_and_on_no_screen() -> None:
    desk = Desk.told("bakery", loket())
    owner, stranger = loket(), loket(email="wie@anders.example")
    for about, form in (("again", owner), ("stranger", stranger)):
        desk.form(about, form)
        assert reference("bakery") not in str(rejected(desk, about).faults)
    assert f"onder referentie {reference('bakery')}" in told(rejected(desk, "again"))
    assert "Alleen als je een andere werkgeverscode bedoelde" in told(rejected(desk, "again"))
    for text in (told(rejected(desk, "again")), told(rejected(desk, "stranger"))):
        assert "Verbeter, stop of vervang dan die aanmelding" in text
        assert not [word for word in ("hoef je niets", "andere werkgeverscodes") if word in text]
    assert not rejected(desk, "stranger").earlier
    assert reference("bakery") not in told(rejected(desk, "stranger"))


def test_what_is_said_of_a_form_that_named_no_company_leaves_no_gap() -> None:
    desk = Desk.told("nameless", loket(company_name=""))
    desk.correct("more", "nameless", raamwerkcontractnummer="?")
    assert "Wat je doorgaf voor een bedrijf zonder naam klopt nog niet." in refused(desk, "nameless")
    desk.correct("away", "nameless", kind="withdrawal")
    (ended,) = desk.heard(RegistrationEnded, "nameless")
    assert "De aanmelding voor een bedrijf zonder naam is gestopt." in told(ended)


def test_a_processor_that_withdraws_what_was_rejected_reads_nothing_of_a_link_at_keylane() -> None:
    desk = Desk.told("processor", processor("processor", environment_code=""))
    desk.correct("away", "processor", kind="withdrawal")
    (ended,) = desk.heard(RegistrationEnded, "processor")
    assert "Wil je weer werkgevers aanmelden?" in told(ended)
    assert not [word for word in ("Keylane", "Wil je de koppeling toch?") if word in told(ended)]


def test_a_processor_that_is_registered_already_hears_under_which_reference_and_how_to_go_on() -> None:
    desk = Desk.told("processor", processor("processor"))
    desk.form("again", processor("again"))
    event = rejected(desk, "again")
    assert reference("processor") not in str(event.faults), "whoever typed the address need not be its owner"
    assert "Verbeter of stop dan die aanmelding" in event.faults[0].message
    text = told(event)
    assert f"onder referentie {reference('processor')}" in text
    assert "Verbeter of stop dan die aanmelding" in text
    assert "Alleen als je een ander e-mailadres bedoelde" in text


def test_who_has_several_codes_of_which_one_is_registered_hears_that_the_rest_can_go_on() -> None:
    desk = Desk.told("one", raet(registration="one"))
    two = raet(registration="two")
    two["connections"][1]["employer_code"] = "20000002"
    desk.form("two", two)
    assert "Zeg dan in je correctie niets over een code die al is aangemeld" in told(rejected(desk, "two"))
    desk.correct("rest", "two")
    (submitted,) = desk.heard(RegistrationSubmitted, "two")
    assert [one.employer_code for one in submitted.registration.connections] == ["20000002"]


@pytest.mark.parametrize("package", ["exact", "loket"])
def test_a_processor_that_is_confirmed_with_another_package_hears_with_which_one_it_has_to_be(package: str) -> None:
    desk = Desk.told("processor", processor("processor", package=package, **WITHOUT_CREDENTIALS))
    desk.review("processor")
    desk.form("request", link_request())
    desk.form("bakery", by_processor(package="loket_webservice"))
    (held,) = desk.heard(RegistrationHeld, "bakery")
    assert held.waits_for == ("PROCESSOR_CONFIRMATION",)
    for text in all_told(held):
        assert "nog niet bevestigd voor Loket.nl webservice." in text
        assert "aangemeld? Dan moet die zich eerst aanmelden op asr.nl/salarisverwerkers, met de eigen" in text
        assert "Een bevestiging voor een ander pakket is niet genoeg." in text
    with_loket = held.model_copy(update={"applicant": held.applicant.model_copy(update={"package": "loket"})})
    assert all("ander pakket" not in text for text in all_told(with_loket))


def test_who_waits_for_a_processor_that_was_declined_is_reminded_of_nothing_that_asr_would_still_do() -> None:
    desk = Desk.asked()
    desk.form("processor", processor("processor"))
    desk.form("bakery", by_processor())
    desk.review("processor", "declined")
    desk.due("bakery")
    for text in all_told(desk.heard(RegistrationHeld, "bakery")[-1]):
        assert "a.s.r. moet" not in text
        assert "nog niet aangemeld? Dan moet die zich eerst aanmelden op asr.nl/salarisverwerkers." in text
        assert "Is die afgewezen? Dan moet die eerst doorgeven dat de reden weg is." in text


def test_an_employer_that_withdraws_its_request_hears_of_a_request_and_of_nothing_at_keylane() -> None:
    desk = Desk.asked()
    desk.correct("stop", "request", kind="withdrawal")
    (ended,) = desk.heard(RegistrationEnded, "request")
    text, processors = all_told(ended)
    assert "Je aanvraag voor Bakkerij De Korst B.V. is ingetrokken met de code uit onze mail." in text
    assert "Je hoeft deze werkgever niet meer aan te melden." in processors
    assert not [word for word in ("aanmelding", "Keylane") if word in text]


@pytest.mark.parametrize(("form", "calls"), [(loket(), True), (raet(registration="bakery"), False)])
def test_who_is_contacted_by_keylane_hears_so_when_its_form_is_received(form: dict[str, Any], *, calls: bool) -> None:
    desk = Desk.told("bakery", form)
    assert ("Keylane neemt contact met je op" in told_of_submission(desk)) == calls


def test_a_processor_hears_once_what_to_prepare_for_its_employers_and_of_each_what_is_left() -> None:
    desk = Desk.linked(package="loket_webservice")
    applied, received = told(desk.heard(ProcessorApplied, "processor")[0]), told_of_submission(desk)
    assert ["webservicepartij" in text for text in (applied, received)] == [True, False]
    assert "Zet de werkgever in het team van de webservicegebruiker." in received


def told_of_submission(desk: Desk) -> str:
    return told(desk.heard(RegistrationSubmitted, "bakery")[0])


def test_a_processor_that_renews_its_password_hears_that_each_of_its_employers_needs_a_correction() -> None:
    desk = Desk.with_open_gates()
    first = told(desk.heard(ProcessorConfirmed, "processor")[-1])
    assert "Werkgevers kunnen je nu kiezen." in first
    assert "correctie is verwerkt" not in first
    desk.form("bakery", by_processor(package="loket_webservice"))
    desk.correct("renewal", "processor", password=token(0, "renewal", "password"))
    renewed = told(desk.heard(ProcessorConfirmed, "processor")[-1])
    assert "Je correctie is verwerkt." in renewed
    assert "Geef dan ook een correctie door voor elke werkgever die je al hebt aangemeld." in renewed
    assert "nu kiezen" not in renewed
    assert passwords(desk, "bakery") == [token(0, "processor", "password")]
    desk.correct("go-on", "bakery")
    assert passwords(desk, "bakery") == [token(0, "processor", "password"), token(0, "renewal", "password")]


def test_a_processor_without_credentials_reads_nothing_of_them() -> None:
    desk = Desk.told("processor", processor("processor", package="loket", **WITHOUT_CREDENTIALS))
    applied = told(desk.heard(ProcessorApplied, "processor")[-1])
    desk.review("processor")
    desk.correct("more", "processor")
    confirmed, still = map(told, desk.heard(ProcessorConfirmed, "processor"))
    for text in (applied, confirmed, still):
        assert "Salarispakket: Loket.nl\n" in text
        assert not [word for word in ("inloggegevens", "wachtwoord", "webservice") if word in text]


def passwords(desk: Desk, whose: str) -> list[str]:
    """The tokens that each of its submissions brings to Keylane."""
    submitted = desk.heard(RegistrationSubmitted, whose)
    return [secret.token for one in submitted for part in one.registration.connections for secret in part.secrets]


def waiting_correction() -> Desk:
    """A registration that was submitted, and a correction of it that waits: its processor was declined meanwhile."""
    desk = Desk.declined_since()
    desk.correct("correction", "bakery", frequency="four_weeks")
    assert desk.intake("bakery").answer == "held"
    return desk


def waited_too_long() -> Desk:
    """The same when it has lapsed."""
    desk = waiting_correction()
    desk.lapse("bakery")
    return desk


def test_a_correction_that_waited_too_long_is_told_so_and_that_nothing_was_wrong() -> None:
    text = refused(waited_too_long(), "bakery")
    assert "is vervallen. Alles blijft zoals het voor de correctie was." in text
    assert "Wij hebben te lang moeten wachten op wat nog nodig was." in text
    assert not [word for word in ("klopt", "Verbeter", "Formulier", "Er is niets veranderd") if word in text]


def test_a_correction_that_became_wrong_while_it_waited_is_told_what_and_not_that_it_waited_too_long() -> None:
    (lapsed,) = waited_too_long().heard(CorrectionRefused, "bakery")
    taken = FormFault(field="connections.0.employer_code", code="ALREADY_REGISTERED", message="Al aangemeld.")
    text, _ = all_told(lapsed.model_copy(update={"faults": (taken, *lapsed.faults)}))
    assert "Intussen klopt dit niet meer:\n\n- Werkgeverscode 1: Al aangemeld.\n\nWil je" in text
    assert "te lang" not in text
