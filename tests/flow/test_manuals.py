"""What the four manuals describe, from the form to the whole text of the mail."""

import re
from datetime import date
from email import message_from_bytes
from email.policy import default

from exchange_day import by_four_weeks, by_the_month, in_words
from keylane_side import configured_on
from manual_forms import exact_by_a_processor, loket_by_a_processor, loket_with_dgas, raet_with_entities
from onboarding import SOURCE, Onboarding
from seen_html import seen

from payroll.correction_code import CorrectionCodes
from sandbox.keylane.instruction import tell_keylane
from sandbox.keylane.script import Step
from sandbox.mail_index import Mail
from sandbox.secret_store import password
from schemas.ids import reference, registration_id

NAMED = date(2098, 10, 15)
"""A working day in a distant future, so that the text does not depend on the day of the test."""

RAET = """\
Beste relatie,

De salariskoppeling voor Holding 't Verzinsel & Zonen B.V. werkt.{rest}

Eerste uitwisseling: woensdag 15 oktober 2098
Werkgever: Holding 't Verzinsel & Zonen B.V.
Salarispakket: Raet Visma YouServe
Werkgeverscode: {code}
Referentie: {reference}
Code: {letter_code}

Alle koppelingen van deze aanmelding:

- 20440001: {first}
- 20440002: {second}
- 20440003: {third}

Geeft Raet je later een andere client ID of client secret? Geef die dan door met een correctie.

Een correctie doorgeven of stoppen kan op asr.nl/salarisverwerkers. Vul daar je referentie en de code in. \
Deel de code met niemand. Krijg je later een mail met een andere code? Gebruik dan die.

Heb je een vraag? Beantwoord dan deze mail, met je referentie: {reference}.

Met vriendelijke groet, a.s.r. salariskoppeling
"""

LOKET = """\
Beste relatie,

De salariskoppeling voor {company} werkt. Je hoeft zelf niets meer te doen.

Eerste uitwisseling: {day}
Over de periode: {period}
Werkgever: {company}
Salarispakket: Loket.nl
Werkgeverscode: {code}
Referentie: {reference}
Code: {letter_code}

Alle koppelingen van deze aanmelding:

- {code}: gerealiseerd

Verandert er later iets aan de gebruiker voor de koppeling in Loket.nl? Regel dat dan met Keylane. \
Een correctie is daarvoor niet nodig.

Een correctie doorgeven of stoppen kan op asr.nl/salarisverwerkers. Vul daar je referentie en de code in. \
Deel de code met niemand. Krijg je later een mail met een andere code? Gebruik dan die.

Heb je een vraag? Beantwoord dan deze mail, met je referentie: {reference}.

Met vriendelijke groet, a.s.r. salariskoppeling
"""

EXACT = """\
Beste relatie,

De salariskoppeling voor Installatiebedrijf Zomaar werkt. Je hoeft zelf niets meer te doen.

Eerste uitwisseling: woensdag 15 oktober 2098
Werkgever: Installatiebedrijf Zomaar
Salarispakket: Exact HR Salaris & Gemak
Werkgeverscode: 44003
Referentie: {reference}
Code: {letter_code}

Alle koppelingen van deze aanmelding:

- 44003: gerealiseerd

Veranderen de client ID of de client secret later? Geef de nieuwe dan door met een correctie.

Een correctie doorgeven of stoppen kan op asr.nl/salarisverwerkers. Vul daar je referentie en de code in. \
Deel de code met niemand. Krijg je later een mail met een andere code? Gebruik dan die.

Heb je een vraag? Beantwoord dan deze mail, met je referentie: {reference}.

Met vriendelijke groet, a.s.r. salariskoppeling
"""


def is_as_it_should_be(mail: Mail, recipient: str, subject: str, text: str) -> bool:
    """Envelope, headers, text, and an HTML part that says the same in the same order."""
    headers = message_from_bytes(mail.path.read_bytes(), policy=default)
    html = seen(mail.html)
    assert (mail.recipient, headers["To"], mail.subject) == (recipient, recipient, subject)
    assert mail.text == text
    return (html.words, html.lang) == (re.sub(r"^- ", "", text, flags=re.MULTILINE).split(), "nl")


def code_of(onboarding: Onboarding, registration: str) -> str:
    """The correction code, by the key that the sandbox gave to intake and notifier."""
    key = password(onboarding.sandbox.state.secrets, "correction-key")
    return CorrectionCodes(key.encode()).code(registration, 1)


def loket(onboarding: Onboarding, registration: str, company: str, **said: str) -> str:
    letter_code = code_of(onboarding, registration)
    return LOKET.format(company=company, reference=reference(registration), letter_code=letter_code, **said)


def configured(after_s: float = 0.0) -> tuple[Step, ...]:
    return Step(report="accepted"), Step(report="configured", after_s=after_s, first_exchange_on=NAMED)


async def test_000_raet_confirms_every_entity_with_an_overview_of_all(onboarding: Onboarding) -> None:
    form = raet_with_entities(onboarding.sandbox, "manual-000", 44_000)
    me = registration_id(SOURCE, "manual-000")
    tell_keylane(
        onboarding.sandbox, {f"{me}/1": configured(0.4), f"{me}/2": configured(0.2), f"{me}/3": configured(0.6)}
    )
    await onboarding.submit({"manual-000": form})
    mails = await onboarding.letters(me, 4)
    under_way, done = "in behandeling bij Keylane", "gerealiseerd"
    overviews = {1: (done, done, under_way), 2: (under_way, done, under_way), 3: (done, done, done)}
    for connection, (first, second, third) in overviews.items():
        code = f"2044000{connection}"
        text = RAET.format(
            code=code,
            reference=reference(me),
            letter_code=code_of(onboarding, me),
            first=first,
            second=second,
            third=third,
            rest=" Je hoeft zelf niets meer te doen." if {first, second, third} == {done} else "",
        )
        subject = "Salariskoppeling klaar: Holding 't Verzinsel & Zonen B.V."
        mail = mails[f"link-realised connection {connection}"]
        assert is_as_it_should_be(mail, "salaris@verzinsel.example", subject, text)
    assert await onboarding.notified(me) == sorted(mails)


async def test_001_loket_confirms_with_the_first_exchange_by_the_rule_of_the_month(onboarding: Onboarding) -> None:
    (me,) = await onboarding.submit({"manual-001": loket_with_dgas(44_001)})
    mails = await onboarding.letters(me, 2)
    day, period = by_the_month(configured_on(onboarding.sandbox, me))
    text = loket(onboarding, me, "Café Zoë's Gerücht", code="1044001", day=day, period=period)
    subject = "Salariskoppeling klaar: Café Zoë's Gerücht"
    assert is_as_it_should_be(mails["link-realised connection 1"], "kas@gerucht.example", subject, text)


async def test_002_loket_confirms_to_the_processor_by_the_rule_of_four_weeks(onboarding: Onboarding) -> None:
    (me,) = await onboarding.submit({"manual-002": loket_by_a_processor(44_002)})
    mails = await onboarding.letters(me, 2)
    day, period = by_four_weeks(configured_on(onboarding.sandbox, me))
    text = loket(onboarding, me, "Kwekerij Nergenshuizen", code="1044002", day=day, period=period)
    subject = "Salariskoppeling klaar: Kwekerij Nergenshuizen"
    assert is_as_it_should_be(mails["link-realised connection 1"], "loket@kantoor-fictief.example", subject, text)


async def test_003_exact_confirms_to_the_processor_on_the_day_that_keylane_named(onboarding: Onboarding) -> None:
    me = registration_id(SOURCE, "manual-003")
    tell_keylane(onboarding.sandbox, {me: configured()})
    await onboarding.submit({"manual-003": exact_by_a_processor(onboarding.sandbox, "manual-003", 44_003)})
    mails = await onboarding.letters(me, 2)
    text = EXACT.format(reference=reference(me), letter_code=code_of(onboarding, me))
    subject = "Salariskoppeling klaar: Installatiebedrijf Zomaar"
    assert is_as_it_should_be(mails["link-realised connection 1"], "exact@denkbeeldig.example", subject, text)


def test_the_named_day_stands_in_the_texts_as_it_is_said() -> None:
    assert f"Eerste uitwisseling: {in_words(NAMED)}\n" in RAET
