from datetime import date

import pytest
from each import each
from notifier_events import (
    APPLICANT,
    BLOCKED,
    CORRECTION_REFUSED,
    ENDED,
    REFUSED,
    REQUESTED,
    action_needed,
    all_planned,
    awaited,
    held,
    mail_of,
    planned,
    realised,
    rejected,
)
from parsed_mail import parsed, rendered
from stories import NOW, Story
from told import as_sent, mails_of
from typed_forms import REGISTRATION

from payroll.packages import packages
from schemas.codec import decode
from schemas.event import Event
from schemas.events import (
    NotificationSent,
    ProcessorApplied,
    ProcessorConfirmed,
    ProcessorDeclined,
    RegistrationEnded,
)
from schemas.example import Example, examples
from schemas.flow import NOTIFIER
from schemas.values import Finding
from services.notifier.decide import _CALLED_FOR, SERVICE
from services.notifier.mails.customer_action_needed import CustomerActionNeededMail
from services.notifier.mails.link_realised import LinkRealisedMail
from services.notifier.mails.provisioning_refused import ProvisioningRefusedMail
from services.notifier.mails.registration_rejected import RegistrationRejectedMail
from stream.service import Done, Emit, Ignore


@pytest.mark.parametrize(
    ("event", "kind", "occasion"),
    [
        (realised(), "link-realised", "connection 2"),
        (action_needed(BLOCKED), "customer-action-needed", "connection 2 cycle 1 action 1"),
        (action_needed(BLOCKED, number=2), "customer-action-needed", "connection 2 cycle 1 action 2"),
        (action_needed(BLOCKED, cycle=2), "customer-action-needed", "connection 2 cycle 2 action 1"),
        (realised(cycle=3), "link-realised", "connection 2 cycle 3"),
        (REFUSED, "provisioning-refused", "connection 2 cycle 1"),
        (held(), "registration-held", "cycle 1 reminder 0"),
        (held(number=2, cycle=4), "registration-held", "cycle 4 reminder 2"),
        (awaited(APPLICANT), "policy-awaited", "cycle 2 MANDATE_MISSING"),
        (CORRECTION_REFUSED, "correction-refused", "submission 42"),
        (
            RegistrationEnded(applicant=APPLICANT, cycle=3, reason="withdrawn", superseded_by=None, moving_to=None),
            *ENDED,
        ),
        (ProcessorApplied(applicant=APPLICANT, cycle=1), "processor-applied", "cycle 1"),
        (ProcessorConfirmed(applicant=APPLICANT, cycle=2, review=1), "processor-confirmed", "cycle 2"),
        (ProcessorConfirmed(applicant=APPLICANT, cycle=2, review=3), "processor-confirmed", "cycle 2 review 3"),
        (
            ProcessorDeclined(applicant=APPLICANT, cycle=1, review=1, reason="Onbekend."),
            "processor-declined",
            "cycle 1",
        ),
        (
            ProcessorDeclined(applicant=APPLICANT, cycle=1, review=2, reason="Onbekend."),
            "processor-declined",
            "cycle 1 review 2",
        ),
        (rejected("salaris@example.nl"), "registration-rejected", "rejected"),
        (rejected("salaris@example.nl", cycle=2), "registration-rejected", "rejected cycle 2"),
    ],
)
def test_each_event_plans_one_mail_for_its_occasion(event: Event, kind: str, occasion: str) -> None:
    effect = planned(event)
    assert (effect.kind, effect.occasion, effect.role) == (kind, occasion, "applicant")
    assert mail_of(event).email == "salaris@example.nl"


@pytest.mark.parametrize("event", [rejected(None), awaited(None)])
def test_without_an_address_nobody_is_told(event: Event) -> None:
    assert Story(SERVICE).when(event) == Ignore("NO_ADDRESS")


def test_a_form_without_an_address_is_answered_to_the_employer_that_asked_for_the_link() -> None:
    (told,) = mails_of(rejected(None).model_copy(update={"employer_email": "baas@example.nl"}))
    assert (told.role, told.payload["email"]) == ("employer", "baas@example.nl")


def test_a_link_request_is_told_to_the_employer_and_to_the_processor_without_the_code() -> None:
    applicant, processor = ("link-request-received", "applicant"), ("link-requested", "processor")
    assert all_planned(REQUESTED) == {applicant: "salaris@example.nl", processor: "kantoor@example.nl"}
    _, effect = mails_of(REQUESTED)
    assert effect.payload["code_for"] is None
    assert effect.payload["loonheffingennummer"] == "*******82L01"


def test_who_is_held_is_told_and_so_is_the_employer_that_asked_without_the_code() -> None:
    event = held(employer="baas@example.nl")
    kind = "registration-held"
    assert all_planned(event) == {(kind, "applicant"): "salaris@example.nl", (kind, "employer"): "baas@example.nl"}
    mine, employers = mails_of(event)
    assert mine.payload["code_for"] == {"registration": REGISTRATION, "cycle": 1, "newest": 1}
    assert employers.payload["code_for"] is None
    assert [one.role for one in mails_of(held(employer="SALARIS@example.nl"))] == ["applicant"], "nobody is told twice"


def test_a_change_of_address_that_lapsed_is_told_at_the_new_one_as_well_and_without_the_code() -> None:
    _, other = mails_of(CORRECTION_REFUSED.model_copy(update={"moving_to": "nieuw@example.nl"}))
    assert (other.role, other.payload["email"], other.payload["code_for"]) == ("new-address", "nieuw@example.nl", None)


@pytest.mark.parametrize("correctable", [True, False])
def test_only_what_can_be_corrected_is_answered_with_a_code(*, correctable: bool) -> None:
    event = rejected("salaris@example.nl").model_copy(update={"correctable": correctable})
    assert (planned(event).payload["code_for"] is not None) == correctable


@pytest.mark.parametrize(
    "correction",
    [
        held(cycle=3),
        awaited(APPLICANT).model_copy(update={"cycle": 3}),
        CORRECTION_REFUSED.model_copy(update={"cycle": 3}),
    ],
)
@pytest.mark.parametrize("event", [action_needed(BLOCKED, number=2, cycle=2), realised(cycle=2), REFUSED])
def test_what_keylane_says_while_a_correction_waits_is_mailed_with_the_code_that_counts(
    correction: Event, event: Event
) -> None:
    story = Story(SERVICE)
    for before in (realised(), correction):
        story.when(before)
    outcome = story.when(event)
    assert isinstance(outcome, Emit)
    (effect,) = outcome.effects
    assert effect.payload["code_for"] == {"registration": REGISTRATION, "cycle": 3, "newest": 3}
    assert (effect.kind, effect.occasion) == (planned(event).kind, planned(event).occasion)


def test_nothing_is_remembered_of_a_registration_that_was_never_corrected() -> None:
    outcome = Story(SERVICE).when(realised())
    assert isinstance(outcome, Emit)
    assert not outcome.documents


@pytest.mark.parametrize(("cycle", "says"), [(1, False), (2, True)])
def test_a_confirmed_processor_that_has_corrected_itself_reads_what_stays_with_its_address_of_before(
    cycle: int, *, says: bool
) -> None:
    mail = mail_of(ProcessorConfirmed(applicant=APPLICANT, cycle=cycle, review=1))
    assert ("staan nog bij het oude adres" in " ".join(parsed(rendered(mail)).text.split())) == says


def test_the_realised_mail_carries_day_and_period() -> None:
    mail = mail_of(realised())
    assert isinstance(mail, LinkRealisedMail)
    assert (mail.first_exchange_on, mail.period_id, mail.package_title) == (date(2027, 1, 5), "2026-12", "Loket.nl")


def test_a_day_that_keylane_named_carries_no_period() -> None:
    mail = mail_of(realised(named_by_keylane=True))
    assert isinstance(mail, LinkRealisedMail)
    assert mail.period_id is None


def test_what_the_customer_has_to_do_comes_from_the_package_and_names_the_right() -> None:
    mail = mail_of(action_needed(Finding(code="RIGHT_MISSING", detail="Raadplegen HRM"), BLOCKED))
    assert isinstance(mail, CustomerActionNeededMail)
    assert mail.asks[0].what.endswith("Het gaat om dit recht: Raadplegen HRM.")
    assert [ask.steps for ask in mail.asks] == [
        packages()["loket"].help_for("RIGHT_MISSING").steps,
        packages()["loket"].help_for("USER_BLOCKED").steps,
    ]


def test_no_mail_repeats_what_an_earlier_release_has_said_of_a_person() -> None:
    finding = Finding(code="RIGHT_MISSING", detail="BSN van J. de Vries 111 222 333")
    for event in (action_needed(finding), REFUSED.model_copy(update={"findings": (finding,)})):
        assert "de Vries" not in mail_of(event).model_dump_json()


def test_a_mail_says_once_what_differs_in_nothing_that_it_tells() -> None:
    findings = (Finding(code="DGA_MISMATCH", detail="de eerste"), Finding(code="DGA_MISMATCH", detail="de tweede"))
    asks = mail_of(action_needed(*findings))
    refused = mail_of(REFUSED.model_copy(update={"findings": findings}))
    assert isinstance(asks, CustomerActionNeededMail)
    assert isinstance(refused, ProvisioningRefusedMail)
    assert (len(asks.asks), len(refused.reasons)) == (1, 1)


def test_a_rejection_names_fields_as_people_know_them_and_repeats_no_foreign_name() -> None:
    mail = mail_of(rejected("salaris@example.nl"))
    assert isinstance(mail, RegistrationRejectedMail)
    assert mail.corrections == (
        "Loonheffingennummer: Een nummer met alleen nullen bestaat niet.",
        "Werkgeverscode 2: Dit veld is nog leeg.",
        "Formulier: Dit veld kennen wij niet.",
    )


@pytest.mark.parametrize("event", [realised(), action_needed(BLOCKED), REFUSED, REQUESTED])
def test_no_mail_holds_a_loonheffingennummer(event: Event) -> None:
    assert "123456782" not in str(mails_of(event))


CONSUMED = [one for one in examples() if one.good and one.event.name in {event.name for event in NOTIFIER.consumes}]


@each(CONSUMED)
def test_every_example_that_the_notifier_reads_can_be_mailed_if_there_is_an_address(example: Example) -> None:
    event = decode(example.event.name, example.headers, example.value).event
    outcome = Story(SERVICE).when(event)
    if getattr(event, "email", "known") is None or getattr(event, "applicant", "known") is None:
        assert outcome == Ignore("NO_ADDRESS")
        return
    for effect in mails_of(event):
        assert parsed(rendered(as_sent(effect))).text.startswith("Beste relatie,")


def test_a_mail_that_was_accepted_is_said_and_nothing_is_planned() -> None:
    outcome = Story(SERVICE).when(Done("link-realised", "connection 2", "employer", 1, NOW))
    said = NotificationSent(kind="link-realised", occasion="connection 2", role="employer", epoch=1, sent_at=NOW)
    assert outcome == Emit(events=(said,))


def test_every_event_that_the_notifier_reads_calls_for_a_mail() -> None:
    assert _CALLED_FOR.keys() == set(NOTIFIER.consumes)
