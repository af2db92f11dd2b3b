import json
from datetime import date
from typing import Any

import pytest
from parsed_mail import parsed, rendered
from stories import NOW, REGISTRATION, Story
from typed_forms import loket, registered

from payroll.packages import packages
from schemas.codec import decode
from schemas.event import Event
from schemas.events import (
    CorrectionRefused,
    CustomerActionNeeded,
    FirstExchange,
    FormFault,
    LinkRealised,
    LinkRequested,
    NotificationSent,
    PolicyAwaited,
    ProcessorApplied,
    ProcessorConfirmed,
    ProcessorDeclined,
    ProvisioningRefused,
    RegistrationEnded,
    RegistrationHeld,
    RegistrationRejected,
    RegistrationSubmitted,
)
from schemas.events.correction_refused import LAPSED
from schemas.example import Example, examples
from schemas.flow import NOTIFIER
from schemas.values import Applicant, ConnectionStage, Contact, Finding
from services.notifier.decide import _CALLED_FOR, SERVICE
from services.notifier.documents import Correspondence
from services.notifier.mails import CustomerActionNeededMail, LinkRealisedMail, Mail, RegistrationRejectedMail, read
from stream.document import DocumentKey
from stream.service import Done, Effect, Emit, Ignore, Outcome

CONTACT = Contact(
    reference="ABCDEFGHJK1",
    package="loket",
    company_name="Bakkerij De Korst",
    email="salaris@example.nl",
    connection=2,
    employer_code="8106625",
)


def realised(*, cycle: int = 1, **exchange: Any) -> LinkRealised:
    known = {"on": date(2027, 1, 5), "period_id": "2026-12", "rule_version": "1", "named_by_keylane": False}
    return LinkRealised(
        contact=CONTACT,
        cycle=cycle,
        realised_on=date(2026, 11, 22),
        first_exchange=FirstExchange.model_validate(known | exchange),
        connections=(ConnectionStage(connection=2, employer_code="8106625", stage="realised"),),
    )


def action_needed(*findings: Finding, number: int = 1, cycle: int = 1) -> CustomerActionNeeded:
    return CustomerActionNeeded(contact=CONTACT, cycle=cycle, number=number, findings=findings)


def effects(event: Event) -> tuple[Effect, ...]:
    outcome = Story(SERVICE).when(event)
    assert isinstance(outcome, Emit)
    assert outcome.events == ()
    return outcome.effects


def planned(event: Event) -> Effect:
    (effect,) = effects(event)
    return effect


def all_planned(event: Event) -> dict[tuple[str, str], str]:
    """The addresses that mails go to, by kind and role."""
    return {(one.kind, one.role): str(one.payload["email"]) for one in effects(event)}


def mail_of(event: Event) -> Mail:
    effect = planned(event)
    return read(effect.kind, json.dumps(dict(effect.payload)))


BLOCKED = Finding(code="USER_BLOCKED")
REFUSED = ProvisioningRefused(contact=CONTACT, cycle=1, loonheffingennummer="123456782L01", findings=(BLOCKED,))
FAULTS = (
    FormFault(field="loonheffingennummer", code="LHNR_ZERO", message="Een nummer met alleen nullen bestaat niet."),
    FormFault(field="connections.1.employer_code", code="REQUIRED", message="Dit veld is nog leeg."),
    FormFault(field="Evil <b>", code="UNKNOWN_FIELD", message="Dit veld kennen wij niet."),
)


def rejected(email: str | None) -> RegistrationRejected:
    return RegistrationRejected(
        reference="ABCDEFGHJK1", email=email, company_name=None, package=None, faults=FAULTS, cycle=1, correctable=True
    )


APPLICANT = Applicant(
    reference="ABCDEFGHJK1", email="salaris@example.nl", company_name="Bakkerij De Korst", package="loket"
)
CORRECTION_REFUSED = CorrectionRefused(applicant=APPLICANT, cycle=2, submission="42", faults=FAULTS)
ENDED = ("registration-ended", "ended")
NOBODY_ELSE: dict[str, None] = {"superseded_by": None, "moving_to": None}
REQUESTED = LinkRequested(
    applicant=APPLICANT,
    cycle=1,
    processor_name="Kantoor",
    processor_email="kantoor@example.nl",
    raamwerkcontractnummer="A020555123",
    loonheffingennummer="123456782L01",
    to_processor="request",
)


def held(*, number: int = 0, cycle: int = 1, employer: str | None = None) -> RegistrationHeld:
    return RegistrationHeld(
        applicant=APPLICANT,
        cycle=cycle,
        waits_for=("PROCESSOR_CONFIRMATION",),
        number=number,
        lapses_on=date(2027, 1, 21),
        employer_email=employer,
    )


def awaited(applicant: Applicant | None) -> PolicyAwaited:
    return PolicyAwaited(reference="ABCDEFGHJK1", applicant=applicant, cycle=2, reason="MANDATE_MISSING")


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
        (RegistrationEnded(applicant=APPLICANT, cycle=3, reason="withdrawn", **NOBODY_ELSE), *ENDED),
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
    ],
)
def test_each_event_plans_one_mail_for_its_occasion(event: Event, kind: str, occasion: str) -> None:
    effect = planned(event)
    assert (effect.kind, effect.occasion, effect.role) == (kind, occasion, "applicant")
    assert mail_of(event).email == "salaris@example.nl"


@pytest.mark.parametrize("event", [rejected(None), awaited(None)])
def test_without_an_address_nobody_is_told(event: Event) -> None:
    assert Story(SERVICE).when(event) == Ignore("NO_ADDRESS")


def test_a_link_request_is_told_to_the_employer_and_to_the_processor_without_the_code() -> None:
    applicant, processor = ("link-request-received", "applicant"), ("link-requested", "processor")
    assert all_planned(REQUESTED) == {applicant: "salaris@example.nl", processor: "kantoor@example.nl"}
    _, effect = effects(REQUESTED)
    assert effect.payload["code_for"] is None
    assert effect.payload["loonheffingennummer"] == "*******82L01"


def test_who_is_held_is_told_and_so_is_the_employer_that_asked_without_the_code() -> None:
    event = held(employer="baas@example.nl")
    kind = "registration-held"
    assert all_planned(event) == {(kind, "applicant"): "salaris@example.nl", (kind, "employer"): "baas@example.nl"}
    mine, employers = effects(event)
    assert mine.payload["code_for"] == {"registration": REGISTRATION, "cycle": 1}
    assert employers.payload["code_for"] is None
    assert [one.role for one in effects(held(employer="SALARIS@example.nl"))] == ["applicant"], "nobody is told twice"


def test_a_change_of_address_that_lapsed_is_told_at_the_new_one_as_well_and_without_the_code() -> None:
    _, other = effects(CORRECTION_REFUSED.model_copy(update={"moving_to": "nieuw@example.nl"}))
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
    assert effect.payload["code_for"] == {"registration": REGISTRATION, "cycle": 3}
    assert (effect.kind, effect.occasion) == (planned(event).kind, planned(event).occasion)


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
    return effect.payload["code_for"]


@pytest.mark.parametrize(
    ("correction", "cycle"),
    [*((event, 2) for event in moved(ELSEWHERE)), *((event, 3) for event in moved("Salaris@Example.nl"))],
)
def test_the_code_that_counts_goes_to_no_address_that_the_registration_has_left(correction: Event, cycle: int) -> None:
    story = Story(SERVICE)
    assert code_of(story.when(correction)) == {"registration": REGISTRATION, "cycle": 3}
    for about in (action_needed(BLOCKED, number=2, cycle=2), realised(cycle=2)):
        assert code_of(story.when(about)) == {"registration": REGISTRATION, "cycle": cycle}


def test_whose_address_was_never_kept_gets_the_code_that_counts_once_it_is_known_again() -> None:
    story = Story(SERVICE)
    story.remembered[DocumentKey(Correspondence.kind, REGISTRATION)] = Correspondence(cycle=2)
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
        ([held(cycle=3), LAPSE], False),
        ([held(cycle=3), LAPSE, held(cycle=4)], True),
    ],
)
def test_who_is_reminded_while_a_correction_waits_hears_that_it_may_be_enough(
    before: list[Event], *, waits: bool
) -> None:
    story = Story(SERVICE)
    for event in before:
        story.when(event)
    outcome = story.when(action_needed(BLOCKED, number=2, cycle=2))
    assert isinstance(outcome, Emit)
    (effect,) = outcome.effects
    mail = read(effect.kind, json.dumps(dict(effect.payload)))
    assert ("Je hebt ons een correctie gestuurd." in parsed(rendered(mail)).text) == waits


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
    assert "123456782" not in str(effects(event))


CONSUMED = [one for one in examples() if one.good and one.event.name in {event.name for event in NOTIFIER.consumes}]


@pytest.mark.parametrize("example", CONSUMED, ids=lambda example: example.name)
def test_every_example_that_the_notifier_reads_can_be_mailed_if_there_is_an_address(example: Example) -> None:
    event = decode(example.event.name, example.headers, example.value).event
    outcome = Story(SERVICE).when(event)
    if getattr(event, "email", "known") is None or getattr(event, "applicant", "known") is None:
        assert outcome == Ignore("NO_ADDRESS")
        return
    for effect in effects(event):
        mail = read(effect.kind, json.dumps(dict(effect.payload)))
        assert parsed(rendered(mail)).text.startswith("Beste relatie,")


def test_a_mail_that_was_accepted_is_said_and_nothing_is_planned() -> None:
    outcome = Story(SERVICE).when(Done("link-realised", "connection 2", "employer", 1, NOW))
    said = NotificationSent(kind="link-realised", occasion="connection 2", role="employer", epoch=1, sent_at=NOW)
    assert outcome == Emit(events=(said,))


def test_every_event_that_the_notifier_reads_calls_for_a_mail() -> None:
    assert _CALLED_FOR.keys() == set(NOTIFIER.consumes)
