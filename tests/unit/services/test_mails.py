import re
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from parsed_mail import MESSAGE_ID, SENDER, SENT_AT, parsed, rendered
from seen_html import seen

from schemas.values import ConnectionStage
from services.notifier.mails import (
    AddressUnusableError,
    Ask,
    CustomerActionNeededMail,
    LinkRealisedMail,
    Mail,
    MailUnreadableError,
    ProvisioningRefusedMail,
    RegistrationRejectedMail,
    field_name,
    read,
)
from services.notifier.mails.dutch import day_in_words, period_in_words
from services.notifier.mails.one_line import one_line

CONTACT: dict[str, Any] = {
    "email": "salaris@example.nl",
    "reference": "ABCDEFGHJK1",
    "company_name": "Bakkerij 't Stoepje & Zoën",
    "package_title": "Raet Visma YouServe",
    "employer_code": "10000001",
}


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
        "corrections": ("Loonheffingennummer: Vul er twee in.", "Werkgeverscode 2: Dit veld is nog leeg."),
    }
    return RegistrationRejectedMail(**known | changes)


REALISED = """\
Beste relatie,

De salariskoppeling voor Bakkerij 't Stoepje & Zoën werkt. Je hoeft zelf niets meer te doen.

Eerste uitwisseling: dinsdag 5 januari 2027
Over de periode: december 2026
Werkgever: Bakkerij 't Stoepje & Zoën
Salarispakket: Raet Visma YouServe
Werkgeverscode: 10000001
Referentie: ABCDEFGHJK1

Alle koppelingen van deze aanmelding:

- 10000001: gerealiseerd
- 10000002: in behandeling bij Keylane

Heb je een vraag? Noem dan je referentie: ABCDEFGHJK1.

Met vriendelijke groet, a.s.r. salariskoppeling
"""

ACTION_NEEDED = """\
Beste relatie,

Wij kunnen de salariskoppeling voor Bakkerij 't Stoepje & Zoën nog niet afmaken. Doe eerst dit.

De gebruiker mist een recht. Het gaat om dit recht: Raadplegen HRM.

- Geef het recht.
- Meld het ons.

Daarna gaat Keylane verder. Werkt de koppeling? Dan mailen wij je de begindatum.

Werkgever: Bakkerij 't Stoepje & Zoën
Salarispakket: Raet Visma YouServe
Werkgeverscode: 10000001
Referentie: ABCDEFGHJK1

Heb je een vraag? Noem dan je referentie: ABCDEFGHJK1.

Met vriendelijke groet, a.s.r. salariskoppeling
"""

REFUSED = """\
Beste relatie,

Het is niet gelukt om de salariskoppeling voor Bakkerij 't Stoepje & Zoën te maken. De reden:

- De gebruiker is geblokkeerd.

Is dit opgelost? Meld deze werkgeverscode dan opnieuw aan.

Werkgever: Bakkerij 't Stoepje & Zoën
Salarispakket: Raet Visma YouServe
Werkgeverscode: 10000001
Referentie: ABCDEFGHJK1

Heb je een vraag? Noem dan je referentie: ABCDEFGHJK1.

Met vriendelijke groet, a.s.r. salariskoppeling
"""

REJECTED = """\
Beste relatie,

Je aanmelding van een salariskoppeling voor Bakkerij De Korst klopt nog niet. Verbeter dit:

- Loonheffingennummer: Vul er twee in.
- Werkgeverscode 2: Dit veld is nog leeg.

Vul daarna het formulier opnieuw in. Wat je eerder hebt verstuurd, gebruiken wij niet.

Heb je een vraag? Noem dan je referentie: ABCDEFGHJK1.

Met vriendelijke groet, a.s.r. salariskoppeling
"""

ASK = Ask(
    what="De gebruiker mist een recht. Het gaat om dit recht: Raadplegen HRM.",
    steps=("Geef het recht.", "Meld het ons."),
)
MAILS: list[tuple[Mail, str, str]] = [
    (realised(), "Salariskoppeling klaar: Bakkerij 't Stoepje & Zoën", REALISED),
    (
        CustomerActionNeededMail(**CONTACT, asks=(ASK,)),
        "Actie nodig voor de salariskoppeling: Bakkerij 't Stoepje & Zoën",
        ACTION_NEEDED,
    ),
    (
        ProvisioningRefusedMail(**CONTACT, reasons=("De gebruiker is geblokkeerd.",)),
        "Salariskoppeling niet gelukt: Bakkerij 't Stoepje & Zoën",
        REFUSED,
    ),
    (rejected(), "Aanmelding salariskoppeling niet verwerkt: Bakkerij De Korst", REJECTED),
]


@pytest.mark.parametrize(("mail", "subject", "text"), MAILS, ids=lambda value: getattr(value, "kind", ""))
def test_a_mail_says_the_whole_of_this(mail: Mail, subject: str, text: str) -> None:
    found = parsed(rendered(mail))
    assert found.message["Subject"] == subject
    assert found.text == text


@pytest.mark.parametrize("mail", [mail for mail, _, _ in MAILS], ids=lambda mail: mail.kind)
def test_text_and_html_say_the_same(mail: Mail) -> None:
    found = parsed(rendered(mail))
    html = seen(found.html)
    assert html.words == re.sub(r"^- ", "", found.text, flags=re.MULTILINE).split()
    assert html.lang == "nl"


@pytest.mark.parametrize("mail", [mail for mail, _, _ in MAILS], ids=lambda mail: mail.kind)
def test_a_mail_in_the_ledger_is_read_back_as_it_was(mail: Mail) -> None:
    assert read(mail.kind, mail.model_dump_json()) == mail


def test_the_headers_are_those_of_an_automatic_message_in_dutch() -> None:
    raw = rendered(realised())
    assert raw.isascii()
    assert all(line.endswith(b"\r\n") and len(line) <= 78 + 2 for line in raw.splitlines(keepends=True))
    headers = parsed(raw).message
    assert headers["From"] == f'"a.s.r. salariskoppeling" <{SENDER}>'
    assert headers["To"] == "salaris@example.nl"
    assert headers["Message-ID"] == MESSAGE_ID
    assert headers["Date"].datetime == SENT_AT
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Content-Language"] == "nl"


def test_a_date_that_keylane_named_comes_without_a_period() -> None:
    assert "periode" not in parsed(rendered(realised(period_id=None))).text


def test_a_form_without_a_company_is_answered_without_one() -> None:
    found = parsed(rendered(rejected(company_name=None)))
    assert found.message["Subject"] == "Aanmelding salariskoppeling niet verwerkt"
    assert "Je aanmelding van een salariskoppeling klopt nog niet." in found.text


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
@settings(deadline=None, max_examples=40)
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
    assert not address or address not in str(caught.value)


@pytest.mark.parametrize(("kind", "payload"), [("newsletter", "{}"), ("link-realised", "{}"), ("link-realised", "[")])
def test_a_row_that_this_release_cannot_read_is_said_so_without_its_values(kind: str, payload: str) -> None:
    with pytest.raises(MailUnreadableError):
        read(kind, payload)


def test_days_and_periods_are_said_in_dutch() -> None:
    assert day_in_words(date(2027, 2, 28)) == "zondag 28 februari 2027"
    assert period_in_words("2026-P13") == "periode 13 van 2026 (vier weken)"
    assert period_in_words("2026-03") == "maart 2026"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("loonheffingennummer", "Loonheffingennummer"),
        ("connections.1.employer_code", "Werkgeverscode 2"),
        ("dgas.0", "DGA 1"),
        ("connections", "Werkgeverscodes"),
        ("form", "Formulier"),
        ("<b>.0.x", "Formulier"),
        ("x" * 5000, "Formulier"),
    ],
)
def test_a_field_is_called_as_people_know_it_and_a_foreign_one_is_not_repeated(path: str, name: str) -> None:
    assert field_name(path) == name
