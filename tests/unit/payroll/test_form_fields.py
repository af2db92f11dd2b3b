"""Each shared field's rule by itself."""

from collections.abc import Callable

import pytest
from each import each
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st
from typed_forms import token

from payroll import fields
from payroll.fault import MESSAGES, FaultCode, FieldError, fault
from payroll.sealed_secret import clear_secret
from payroll.typed_text import is_blank, typed_text

Rule = Callable[[object], str]

KEPT: list[tuple[Rule, str]] = [
    (fields.name, "van der Berg & 't Hart"),
    (fields.name, "Groß Müller ë"),
    (fields.name, "Hof van \u2019t Gooi \u2013 [Noord|Zuid]"),
    (fields.name, "Bakker \U0001f469\u200d\U0001f373 B.V."),
    (fields.name, "Bakkerij \u2764\ufe0f van der Wal"),
    (fields.name, "<b>Tabel</b>; drop"),
    (fields.name, "Bol.com B.V."),
    (fields.name, "A/B Groep B.V."),
    (fields.name, "J.Jansen/Smit c.s. t/m Z"),
    (fields.name, "j.jansen/smit, A.J.Bos/De Vries v.o.f./B.V."),
    (fields.name, "Ch.Jansen/Smit, A.Th.Bos/Ph.Mulder/De Vries"),
    (fields.name, "Chr.Jansen/Smit, IJ.Bos/Mulder, A.Tj.Visser/Sj.Boer?"),
    (fields.name, "Wie? B.V. #1"),
    (fields.name, "Regio 1.10/2"),
    (fields.name, "x" * 200),
    (fields.name, "Bouw 1234567890"),
    (fields.email, "Jan.Jansen+salaris@sub.voorbeeld.nl"),
    (fields.email, "o'brien@voorbeeld.nl"),
    (fields.client_id, "c" * 255),
    (fields.username, "u" * 100),
    (fields.personnel_number, "AK-1.b/2_c"),
    (fields.personnel_number, "123456789"),
    (fields.raamwerkcontractnummer, "A0201"),
    (fields.raamwerkcontractnummer, "AK09" * 5),
]

REFUSED: list[tuple[Rule, object, FaultCode]] = [
    (fields.name, "x" * 201, FaultCode.TOO_LONG),
    (fields.name, "x" * 1_000_000, FaultCode.TOO_LONG),
    (fields.name, "eyJ" * 300_000, FaultCode.TOO_LONG),
    (fields.name, "\x00", FaultCode.CONTROL_CHARACTER),
    (fields.name, "a\x00b", FaultCode.CONTROL_CHARACTER),
    (fields.name, "a\r\nBcc: b@c.nl", FaultCode.CONTROL_CHARACTER),
    (fields.name, "a\u0085b", FaultCode.CONTROL_CHARACTER),
    (fields.name, "a\u2028b", FaultCode.CONTROL_CHARACTER),
    (fields.name, "a\u202eb", FaultCode.CONTROL_CHARACTER),
    (fields.name, "a\u200bb", FaultCode.CONTROL_CHARACTER),
    (fields.name, "a\u2060b", FaultCode.CONTROL_CHARACTER),
    (fields.name, "\ufeffnaam", FaultCode.CONTROL_CHARACTER),
    (fields.name, "loon\u00adadministratie", FaultCode.CONTROL_CHARACTER),
    (fields.email, "a\u00ad@b.nl", FaultCode.CONTROL_CHARACTER),
    (fields.name, "a\ud800b", FaultCode.CONTROL_CHARACTER),
    (fields.name, "naam\n", FaultCode.CONTROL_CHARACTER),
    (fields.name, "Jan 111222333", FaultCode.BSN_REFUSED),
    (fields.name, "Jan 1112.22.333", FaultCode.BSN_REFUSED),
    (fields.name, token(), FaultCode.SECRET_IN_WRONG_FIELD),
    (fields.name, f"secret: {token()}", FaultCode.SECRET_IN_WRONG_FIELD),
    (fields.name, "secret: eyJ9-_" + ".a9-_b" * 4, FaultCode.SECRET_IN_WRONG_FIELD),
    (fields.name, "Zie https:elders en http://elders", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "Log in op WWW.elders.nl", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "Log in op elders.nl/asr", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "ELDERS.NL/ASR", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "elders.Nl/asr", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "elders.nl:8080/x", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "elders.nl?u=1", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "elders.nl#inloggen", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "elders.xn--p1ai/x", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "Log in: t.ME/asr", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "Log in: th.me/asr", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "Log in: x.com/asr", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "Log in: x.net/asr", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "Log in: x.org/asr", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "Log in: mijn.ch.online/asr", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "Log in: sj.info/asr", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "asr-x.online/inloggen", FaultCode.NAME_HOLDS_LINK),
    (fields.name, "asr-ch.online/inloggen", FaultCode.NAME_HOLDS_LINK),
    (fields.username, "111222333", FaultCode.BSN_REFUSED),
    (fields.personnel_number, "111222333", FaultCode.BSN_REFUSED),
    (fields.personnel_number, "111-222-333", FaultCode.BSN_REFUSED),
    (fields.personnel_number, "7 en 8", FaultCode.PERSONNEL_NUMBER_FORMAT),
    (fields.personnel_number, "7" * 21, FaultCode.TOO_LONG),
    (fields.client_id, "a b", FaultCode.CLIENT_ID_WHITE_SPACE),
    (fields.client_id, "a\u00a0b", FaultCode.CLIENT_ID_WHITE_SPACE),
    (fields.client_id, "c" * 256, FaultCode.TOO_LONG),
    (fields.client_id, f"x{token()}", FaultCode.SECRET_IN_WRONG_FIELD),
    (fields.raamwerkcontractnummer, "A02012ß", FaultCode.CONTRACT_NUMBER_FORMAT),
    (fields.raamwerkcontractnummer, "A02012\u0131", FaultCode.CONTRACT_NUMBER_FORMAT),
    (fields.raamwerkcontractnummer, "A020", FaultCode.CONTRACT_NUMBER_FORMAT),
    (fields.raamwerkcontractnummer, "A" * 21, FaultCode.CONTRACT_NUMBER_FORMAT),
    (fields.raamwerkcontractnummer, "A020-1234", FaultCode.CONTRACT_NUMBER_FORMAT),
    (fields.raamwerkcontractnummer, "123456782.L-01", FaultCode.CONTRACT_NUMBER_IS_LHNR),
    (fields.loonheffingennummer, 123456782, FaultCode.WRONG_TYPE),
    (fields.loonheffingennummer, "a0201234", FaultCode.LHNR_IS_CONTRACT_NUMBER),
    (fields.email, "a@b.nl, c@d.nl", FaultCode.EMAIL_NOT_ONE),
    (fields.email, "a@b.nl;c@d.nl", FaultCode.EMAIL_NOT_ONE),
    (fields.email, "a@b.nl c@d.nl", FaultCode.EMAIL_NOT_ONE),
    (fields.email, "a@b.nl/c@d.nl", FaultCode.EMAIL_NOT_ONE),
    (fields.email, "Jan <a@b.nl>", FaultCode.EMAIL_NOT_ONE),
    (fields.email, "a@b.nl\r\nBcc: c@d.nl", FaultCode.CONTROL_CHARACTER),
    (fields.email, "a@b.nl\x00", FaultCode.CONTROL_CHARACTER),
    (fields.email, "a@b.nl\n", FaultCode.CONTROL_CHARACTER),
    (fields.email, "a@b", FaultCode.EMAIL_INVALID),
    (fields.email, "a.b.nl", FaultCode.EMAIL_INVALID),
    (fields.email, "a@-b.nl", FaultCode.EMAIL_INVALID),
    (fields.email, "a..b@c.nl", FaultCode.EMAIL_INVALID),
    (fields.email, "a@localhost", FaultCode.EMAIL_INVALID),
    (fields.email, "x" * 65 + "@b.nl", FaultCode.EMAIL_INVALID),
    (fields.email, '"a b"@c.nl', FaultCode.EMAIL_NOT_ONE),
    (fields.email, "jörg@b.nl", FaultCode.EMAIL_INVALID),
    (fields.email, f"{'a' * 250}@b.nl", FaultCode.TOO_LONG),
]


@given(
    st.from_regex(r"([a-z]{1,20}[.-]){0,2}[a-z]{3,20}", fullmatch=True),
    st.sampled_from(["nl", "com", "online", "xn--p1ai"]),
    st.sampled_from(["/", ":8080/", "?", "#"]),
)
def test_a_web_address_is_no_name(host: str, ends: str, behind: str) -> None:
    with pytest.raises(FieldError, match=FaultCode.NAME_HOLDS_LINK):
        fields.name(f"Log in: {host}.{ends}{behind}asr")


@each(KEPT)
def test_a_good_value_is_kept_as_typed(case: tuple[Rule, str]) -> None:
    rule, typed = case
    assert rule(typed) == typed


@each(REFUSED)
def test_a_wrong_value_is_refused_by_its_code(case: tuple[Rule, object, FaultCode]) -> None:
    rule, typed, code = case
    with pytest.raises(FieldError) as refused:
        rule(typed)
    assert refused.value.code is code


@each(["\ufe0f", "\u2800", "\u3164", "\u115f\u1160", "\uffa0", " \u200d", "\u0301", "\ufe0f\U000e0020"])
def test_a_text_of_which_nothing_is_seen_was_left_open(typed: str) -> None:
    assert is_blank(typed)


@each([*(typed for _, typed in KEPT), "\U0001f369", "\u0645\u06cc\u200c\u0631\u0648\u062f", "-"])
def test_a_text_of_which_anything_is_seen_was_not(typed: str) -> None:
    assert not is_blank(typed)
    assert typed_text(typed, 1000) == typed


@pytest.mark.parametrize(("typed", "kept"), [("a@B\u00fccher.DE", "a@xn--bcher-kva.de"), (" A@B.NL ", "A@b.nl")])
def test_an_address_gets_the_domain_that_dns_knows(typed: str, kept: str) -> None:
    assert fields.email(typed) == kept


def words(alphabet: str, joined_by: str) -> st.SearchStrategy[str]:
    return st.lists(st.text(alphabet, min_size=1, max_size=8), min_size=1, max_size=3).map(joined_by.join)


@given(words("azAZ09_+-", "."), words("az09-", "."), st.sampled_from(["nl", "com", "example", "test", "x1", "arpa"]))
def test_the_short_cut_for_plain_addresses_agrees_with_the_library(local: str, domain: str, top: str) -> None:
    typed = f"{local}@{domain}.{top}"
    if fields._PLAIN_EMAIL.fullmatch(typed):
        assert validate_email(typed, check_deliverability=False, allow_smtputf8=False).ascii_email == typed


@pytest.mark.parametrize("typed", ["a", " ", "é\n\x00", "s" * 512])
def test_a_clear_secret_is_kept_byte_for_byte(typed: str) -> None:
    assert clear_secret(typed) == typed


@pytest.mark.parametrize("typed", ["", "s" * 513])
def test_a_clear_secret_has_its_limits(typed: str) -> None:
    with pytest.raises(FieldError) as refused:
        clear_secret(typed)
    assert refused.value.code is FaultCode.SECRET_LENGTH


def test_every_code_has_a_sentence() -> None:
    assert [code for code in FaultCode if not fault("x", code).message.endswith(".")] == []


def test_no_sentence_is_left_without_a_code() -> None:
    assert list(MESSAGES) == list(FaultCode)


@pytest.mark.parametrize(
    "code", [FaultCode.WRONG_TYPE, FaultCode.UNKNOWN_FIELD, FaultCode.UNKNOWN_KIND, FaultCode.DUPLICATE_KEY]
)
def test_what_no_customer_can_mend_is_for_the_maker_of_the_form(code: FaultCode) -> None:
    assert MESSAGES[code].endswith(" Neem contact op met de maker van het formulier.")
