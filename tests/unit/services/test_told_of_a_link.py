"""What is said of a link that works or cannot be made, as its readers find it in the mail."""

import re
from datetime import UTC, date, datetime

import pytest
from parsed_mail import parsed, rendered
from stories import NOW
from told import all_told, as_sent, mails_of, told
from typed_forms import REGISTRATION

from payroll.packages import packages
from schemas.codec import decode
from schemas.envelope import Envelope
from schemas.events import (
    FirstExchange,
    LinkRealised,
    ProvisioningRefused,
)
from schemas.example import examples
from schemas.values import ConnectionStage, Contact, Finding
from services.notifier.decide import decide
from services.notifier.mails.dutch import stage_in_words
from services.notifier.written_links import link_realised_to_employer
from services.provisioning.documents import LinkStage
from stream.service import Case, Emit, WorkingSet


def realised(package: str) -> LinkRealised:
    """The only connection of a registration with this package works."""
    return LinkRealised(
        contact=Contact(
            reference="ABCDEFGHJK1",
            package=package,
            company_name="Bakkerij De Korst",
            email="salaris@example.nl",
            connection=1,
            employer_code="8106625",
        ),
        cycle=1,
        realised_on=date(2026, 11, 22),
        first_exchange=FirstExchange(
            on=date(2027, 1, 5), period_id="2026-12", rule_version="1", named_by_keylane=False
        ),
        connections=(ConnectionStage(connection=1, employer_code="8106625", stage="realised"),),
    )


def test_the_employer_that_asked_hears_by_a_mail_of_another_kind_that_its_link_works_and_from_when() -> None:
    event = realised("loket").model_copy(
        update={"employer_email": "baas@example.nl", "processor_name": "Kantoor Noord", "cycle": 2}
    )
    confirmation, mail = mails_of(event)
    assert (confirmation.kind, confirmation.role) == ("link-realised", "applicant")
    assert (mail.kind, mail.role, mail.payload["email"]) == ("link-works", "employer", "baas@example.nl")
    assert mail.occasion == confirmation.occasion == "connection 1 cycle 2"
    text = all_told(event)[1]
    for words in ("Kantoor Noord", "Loket.nl", "werkt", "dinsdag 5 januari 2027", "Je hoeft zelf niets te doen."):
        assert words in text
    assert "Code:" not in text
    same = event.model_copy(update={"employer_email": event.contact.email.upper()})
    assert [one.role for one in mails_of(same)] == ["applicant"], "nobody is told twice"


def test_the_overview_says_of_a_connection_that_was_withdrawn_that_it_has_stopped() -> None:
    gone = ConnectionStage(connection=2, employer_code="8106626", stage=LinkStage.CANCELLED)
    event = realised("raet")
    text = told(event.model_copy(update={"connections": (*event.connections, gone)}))
    assert "8106626: gestopt" in text
    assert "Je hoeft zelf niets meer te doen." in text


def test_the_examples_name_stages_that_there_are() -> None:
    shown = [
        decode(one.event.name, one.headers, one.value).event for one in examples() if one.event.name == "link-realised"
    ]
    stages = {
        connection.stage for event in shown if isinstance(event, LinkRealised) for connection in event.connections
    }
    assert stages
    assert stages <= set(LinkStage)


def test_each_stage_of_a_connection_has_words_of_its_own() -> None:
    assert len({stage_in_words(stage) for stage in (*LinkStage, "of a later release")}) == len(LinkStage) + 1


def test_the_employer_reads_no_past_day_when_its_link_works_again() -> None:
    event = realised("loket").model_copy(update={"employer_email": "baas@example.nl", "cycle": 2})
    again = link_realised_to_employer(event, "baas@example.nl", exchanges=True)
    assert again.subject() == "Je salariskoppeling werkt weer: Bakkerij De Korst"
    assert "Eerste uitwisseling" not in {name for name, _ in again.particulars()}


def test_the_employer_that_asked_hears_that_its_link_cannot_be_made_and_who_can_mend_that() -> None:
    contact = realised("loket").contact
    event = ProvisioningRefused(
        contact=contact,
        cycle=1,
        loonheffingennummer="123456782L01",
        findings=(Finding(code="USER_BLOCKED"),),
        employer_email="baas@example.nl",
    )
    refusal, mail = mails_of(event)
    assert (mail.kind, mail.role, mail.payload["email"]) == (refusal.kind, "employer", "baas@example.nl")
    text = all_told(event)[1]
    assert "Wij hebben je salarisverwerker gemaild wat de reden is." in text
    assert not [word for word in ("Code:", "123456782") if word in text]
    assert len(all_told(event.model_copy(update={"employer_email": contact.email}))) == 1


@pytest.mark.parametrize("slug", packages())
def test_who_has_a_working_link_hears_what_to_do_when_its_credentials_change_in_this_package(slug: str) -> None:
    assert packages()[slug].renewal in told(realised(slug))
    with_correction = "Geef" in packages()[slug].renewal
    assert with_correction == bool(packages()[slug].secrets or packages()[slug].processor_secrets)


@pytest.mark.parametrize(
    ("worked_before", "said_at", "day", "anew"),
    [
        (False, datetime(2027, 6, 10, 9, tzinfo=UTC), "dinsdag 5 januari 2027", False),
        (True, datetime(2027, 1, 5, 22, 59, tzinfo=UTC), "dinsdag 5 januari 2027", True),
        (True, datetime(2027, 1, 5, 23, 1, tzinfo=UTC), None, False),
    ],
)
def test_a_link_that_worked_before_works_again_and_names_no_past_day(
    said_at: datetime, day: str | None, *, worked_before: bool, anew: bool
) -> None:
    event = realised("raet").model_copy(update={"cycle": 2, "worked_before": worked_before})
    envelope = Envelope("id", "source", event.name, event.version, REGISTRATION, said_at)
    outcome = decide(Case(REGISTRATION, event, envelope, WorkingSet({}), None, NOW))
    assert isinstance(outcome, Emit)
    (mail,) = map(as_sent, outcome.effects)
    found = parsed(rendered(mail))
    assert re.findall("Eerste uitwisseling: (.*)", found.text) == ([day] if day else [])
    assert ("Over de periode:" in found.text) == bool(day)
    assert (" werkt weer. Je hoeft" in found.text) != bool(day)
    assert f"Salariskoppeling {'klaar' if day else 'werkt weer'}:" in found.message["Subject"]
    by_processor = event.model_copy(update={"employer_email": "baas@example.nl"})
    employer = link_realised_to_employer(by_processor, "baas@example.nl", exchanges=worked_before and not anew)
    for text in (found.text, parsed(rendered(employer)).text):
        assert ("De koppeling is opnieuw ingesteld." in text) == anew
