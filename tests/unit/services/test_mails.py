import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from each import each
from hypothesis import example, given
from hypothesis import strategies as st
from parsed_mail import CODES, MESSAGE_ID, REPLY_TO, SENDER, SENT_AT, parsed, rendered
from seen_html import seen

from ops.mails.preview import example_mails, previews
from schemas.ids import RegistrationId
from schemas.values import ConnectionStage
from services.notifier.mails.correction_refused import CorrectionRefusedMail
from services.notifier.mails.dutch import day_in_words, period_in_words
from services.notifier.mails.field_names import field_name
from services.notifier.mails.kinds import KINDS, MailUnreadableError, read
from services.notifier.mails.link_realised import LinkRealisedMail
from services.notifier.mails.mail import ApplicationMail, CodeFor, Mail
from services.notifier.mails.message import AddressUnusableError
from services.notifier.mails.one_line import one_line
from services.notifier.mails.registration_ended import RegistrationEndedMail
from services.notifier.mails.registration_rejected import RegistrationRejectedMail

CONTACT: dict[str, Any] = {
    "email": "salaris@example.nl",
    "reference": "ABCDEFGHJK1",
    "company_name": "Bakkerij 't Stoepje & Zoën",
    "package_title": "Raet Visma YouServe",
    "employer_code": "10000001",
}

OURS = ("email", "reference", "period_id")
"""No text of people can stand there."""

PAGE = re.compile(r"asr\.nl/\w+")


def realised(**changes: Any) -> LinkRealisedMail:
    connections = (
        ConnectionStage(connection=1, employer_code="10000001", stage="realised"),
        ConnectionStage(connection=2, employer_code="10000002", stage="accepted"),
    )
    known = {**CONTACT, "first_exchange_on": date(2027, 1, 5), "period_id": "2026-12", "connections": connections}
    return LinkRealisedMail(**known | changes)


def rejected(**changes: Any) -> RegistrationRejectedMail:
    known = {
        "email": "salaris@example.nl",
        "reference": "ABCDEFGHJK1",
        "company_name": "Bakkerij De Korst",
        "corrections": ("Loonheffingennummer: Vul er twee in.",),
    }
    return RegistrationRejectedMail(**known | changes)


EXAMPLES = dict(example_mails())
SHOWN = Path(__file__).parents[3] / "docs" / "mails"


def test_the_mails_are_those_of_the_documents_word_for_word() -> None:
    shown = {path.name: path.read_text("utf-8") for path in SHOWN.iterdir()}
    assert shown == {preview.name + ".txt": dict(preview.written())[preview.name + ".txt"] for preview in previews()}


def test_there_is_an_example_of_every_kind() -> None:
    assert {mail.kind for mail in EXAMPLES.values()} == set(KINDS)


@each(EXAMPLES.values())
def test_text_and_html_say_the_same(mail: Mail) -> None:
    found = parsed(rendered(mail))
    html = seen(found.html)
    assert html.words == re.sub(r"^- ", "", found.text, flags=re.MULTILINE).split()
    assert html.lang == "nl"


@each(EXAMPLES.values())
def test_only_an_employer_is_sent_to_the_page_of_requests(mail: Mail) -> None:
    said = parsed(rendered(mail)).text.replace("aanvragen op asr.nl/salariskoppeling.", "")
    is_of_request = isinstance(mail, ApplicationMail) and mail.package_title is None
    page = "asr.nl/salariskoppeling" if is_of_request else "asr.nl/salarisverwerkers"
    assert set(PAGE.findall(said)) <= {page}


@pytest.mark.parametrize(("package_title", "page"), [(None, "salariskoppeling"), ("Loket.nl", "salarisverwerkers")])
def test_who_begins_anew_is_sent_to_the_page_of_the_form_that_has_ended(package_title: str | None, page: str) -> None:
    known = {name: CONTACT[name] for name in ("email", "reference", "company_name")} | {"package_title": package_title}
    ended = RegistrationEndedMail(**known, reason="withdrawn", superseded_by=None)
    refused = CorrectionRefusedMail(**known, corrections=(), ended=True)
    assert [PAGE.findall(parsed(rendered(mail)).text) for mail in (ended, refused)] == [[f"asr.nl/{page}"]] * 2


@each(EXAMPLES.values())
def test_whoever_has_a_question_or_is_to_tell_us_something_reads_how(mail: Mail) -> None:
    said = parsed(rendered(mail)).text
    assert f"Heb je een vraag? Beantwoord dan deze mail, met je referentie: {mail.reference}." in said
    assert ("machtiging" in said) <= ("Weet je niet hoe dat gaat?" in said)


@each(EXAMPLES.values())
def test_an_applicant_whose_code_stopped_something_reads_what_to_do_if_that_was_somebody_else(mail: Mail) -> None:
    said = parsed(rendered(mail)).text
    stopped_by_code = "met de code uit onze mail." in said or "Een nieuwe aanmelding komt ervoor in de plaats." in said
    is_applicant_s = stopped_by_code and "door je salarisverwerker" not in said
    assert ("Heb jij dat niet gevraagd? Beantwoord dan deze mail." in said) == is_applicant_s


@each(EXAMPLES.values())
def test_a_mail_in_the_ledger_is_read_back_as_it_was(mail: Mail) -> None:
    assert read(mail.kind, mail.model_dump_json()) == mail


@each(EXAMPLES.values())
def test_the_code_is_in_the_mail_that_is_sent_and_never_in_the_ledger(mail: Mail) -> None:
    said = parsed(rendered(mail)).text
    if mail.code_for is None:
        assert "Code: " not in said
        return
    code = CODES.code(mail.code_for.registration, mail.code_for.cycle)
    assert f"\nCode: {code}\n" in said
    assert code not in mail.model_dump_json()
    assert "cycle" in mail.model_dump()["code_for"]


def test_the_headers_are_those_of_an_automatic_message_in_dutch() -> None:
    raw = rendered(realised())
    assert raw.isascii()
    assert all(line.endswith(b"\r\n") and len(line) <= 78 + 2 for line in raw.splitlines(keepends=True))
    headers = parsed(raw).message
    assert headers["From"] == f'"a.s.r. salariskoppeling" <{SENDER}>'
    assert headers["Reply-To"] == REPLY_TO
    assert headers["To"] == "salaris@example.nl"
    assert headers["Message-ID"] == MESSAGE_ID
    assert headers["Date"].datetime == SENT_AT
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Content-Language"] == "nl"


TO_WHOM_A_STRANGER_TYPED = [one for one in EXAMPLES.values() if one.kind in ("link-requested", "link-request-left")]


@pytest.mark.parametrize("mail", TO_WHOM_A_STRANGER_TYPED, ids=lambda mail: mail.subject())
def test_what_a_stranger_typed_is_in_no_subject_and_no_sentence_to_a_processor_of_its_choice(mail: Mail) -> None:
    typed = mail.model_copy(update={"company_name": "Uw uitkering vervalt: bel"})
    found = parsed(rendered(typed))
    assert "uitkering" not in typed.subject()
    assert [line for line in found.text.splitlines() if "uitkering" in line] == ["Werkgever: Uw uitkering vervalt: bel"]


def test_a_date_that_keylane_named_comes_without_a_period() -> None:
    assert "periode" not in parsed(rendered(realised(period_id=None))).text


@pytest.mark.parametrize(
    ("other", "done"),
    [
        ("realised", True),
        ("cancelled", True),
        ("requested", False),
        ("accepted", False),
        ("action_needed", False),
        ("refused", False),
    ],
)
def test_nothing_is_left_to_do_only_once_no_other_connection_can_ask_for_more(other: str, *, done: bool) -> None:
    stages = enumerate(("realised", other), start=1)
    overview = tuple(ConnectionStage(connection=n, employer_code=str(n), stage=stage) for n, stage in stages)
    said = parsed(rendered(realised(connections=overview))).text
    assert ("Je hoeft zelf niets meer te doen." in said) is done
    assert "Zoën werkt." in said


def test_a_form_without_a_company_is_answered_without_one() -> None:
    found = parsed(rendered(rejected(company_name=None)))
    assert found.message["Subject"] == "Formulier salariskoppeling niet verwerkt"
    assert "Je formulier klopt nog niet." in found.text


def test_what_cannot_be_corrected_asks_for_a_new_form() -> None:
    assert "Vul daarna het formulier opnieuw in." in parsed(rendered(rejected())).text


def test_of_what_was_registered_already_nobody_is_told_that_its_form_is_wrong() -> None:
    code_for = CodeFor(registration=RegistrationId("00000000-0000-8000-8000-000000000000"), cycle=1, newest=1)
    for code, follows in ((code_for, "Is dit opgelost, of bedoelde je iets anders?"), (None, "Wil je toch")):
        said = parsed(rendered(rejected(taken=True, code_for=code))).text
        assert "Je formulier voor Bakkerij De Korst kunnen wij zo niet verwerken. De reden:" in said
        assert (follows in said, "Verbeter dit" in said) == (True, False)


HOSTILE = [
    "evil\r\nBcc: x@evil.example",
    "evil\n\n<script>alert(1)</script>",
    "a\u2028b\u2029c\u0085d\x0be\x0cf\x1cg\x00h",
    "\u202etxt.exe\u2066\u200f",
    "</p></body><img src=x onerror=alert(1)>",
    '"><b>&amp;&lt;',
    "=?utf-8?q?=0D=0ABcc:_x?=",
    "--=_salariskoppeling--",
    ".\r\n.\r\nQUIT",
    "From x",
    "Zoë 👩‍👩‍👧 🏴\U000e0067\U000e0062\U000e007f 't ß van der",
    "\ud800half",
    " ",
    "",
]
names = st.text(max_size=200) | st.sampled_from(HOSTILE)


def with_examples(test: Any) -> Any:
    for name in HOSTILE:
        test = example(name)(test)
    return test


@with_examples
@given(names)
def test_a_name_can_add_no_header_no_recipient_no_line_and_no_element(name: str) -> None:
    usual = parsed(rendered(realised(company_name="X")))
    raw = rendered(realised(company_name=name))
    found = parsed(raw)
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert found.message.keys() == usual.message.keys()
    assert found.message["To"] == "salaris@example.nl"
    assert found.text.count("\n") == usual.text.count("\n")
    assert found.text.splitlines()[6] == f"Werkgever: {one_line(name)}"
    assert seen(found.html).tags == seen(usual.html).tags
    assert found.message["Subject"].split() == f"Salariskoppeling klaar: {one_line(name)}".split()


def typed(mail: Mail, text: str) -> Mail:
    """The mail with this text wherever a text of people can stand."""
    fields = type(mail).model_fields
    lines = {name: (text,) for name, field in fields.items() if field.annotation == tuple[str, ...]}
    words = {name: text for name, field in fields.items() if field.annotation in (str, str | None) and name not in OURS}
    return mail.model_copy(update={**lines, **words})


@each(EXAMPLES.values())
def test_no_kind_of_mail_lets_a_text_become_more_than_a_text(mail: Mail) -> None:
    usual = parsed(rendered(typed(mail, "X")))
    tags = seen(usual.html).tags
    for text in HOSTILE[:8]:
        found = parsed(rendered(typed(mail, text)))
        html = seen(found.html)
        assert found.message.keys() == usual.message.keys(), repr(text)
        assert found.message["To"] == mail.email, repr(text)
        assert found.text.count("\n") == usual.text.count("\n"), repr(text)
        assert html.tags == tags, repr(text)
        assert html.words == re.sub(r"^- ", "", found.text, flags=re.MULTILINE).split(), repr(text)


@given(names)
def test_a_shown_name_is_one_line_of_visible_characters(name: str) -> None:
    shown = one_line(name)
    assert len(shown.splitlines()) <= 1
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]", shown)
    assert one_line(shown) == shown


@pytest.mark.parametrize("name", ["van der Meer", "'t Hoekje", "Zoë ß é", "👩‍👩‍👧", "café", "北京", "\U0001fae9"])
def test_an_ordinary_name_is_shown_as_typed(name: str) -> None:
    assert one_line(name) == name


@pytest.mark.parametrize(
    "address",
    [
        "a@example.nl, b@example.nl",
        "a@example.nl\r\nBcc: b@example.nl",
        "a@example.nl> <b@example.nl",
        '"a b"@example.nl',
        "zoë@example.nl",
        "example.nl",
        "a@b@example.nl",
        "",
    ],
)
def test_what_is_not_exactly_one_plain_address_gets_no_mail_and_is_not_repeated(address: str) -> None:
    with pytest.raises(AddressUnusableError) as caught:
        rendered(realised(email=address))
    assert str(caught.value) == "is not exactly one plain ASCII address"


@pytest.mark.parametrize(("kind", "payload"), [("newsletter", "{}"), ("link-realised", "{}"), ("link-realised", "[")])
def test_a_row_that_this_release_cannot_read_is_said_so_without_its_values(kind: str, payload: str) -> None:
    with pytest.raises(MailUnreadableError):
        read(kind, payload)


def test_days_and_periods_are_said_in_dutch() -> None:
    assert day_in_words(date(2027, 2, 28)) == "zondag 28 februari 2027"
    assert period_in_words("2026-P13") == "periode 13 van 2026 (vier weken)"
    assert period_in_words("2026-03") == "maart 2026"


@each(
    [
        ("loonheffingennummer", "Loonheffingennummer"),
        ("connections.1.employer_code", "Werkgeverscode 2"),
        ("dgas.0", "DGA 1"),
        ("connections", "Werkgeverscodes"),
        ("form", "Formulier"),
        ("supersedes.code", "Code"),
        ("connections.0.client_secret", "Client secret 1"),
        ("password", "Wachtwoord"),
        ("mijn_geheim", "Formulier"),
        ("<b>.0.x", "Formulier"),
        ("x" * 5000, "Formulier"),
    ]
)
def test_a_field_is_called_as_people_know_it_and_a_foreign_one_is_not_repeated(case: tuple[str, str]) -> None:
    path, name = case
    assert field_name(path) == name
