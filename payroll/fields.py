"""The fields that every package shares, one rule each.

A rule takes what stood in the form's JSON and returns its normal form, or raises FieldError.
"""

import re

from payroll import loonheffingennummer as lhnr
from payroll.elfproef import holds_bsn
from payroll.fault import FaultCode, FieldError
from payroll.quoted_reference import as_quoted
from payroll.typed_text import typed_text
from schemas.ids import is_reference

NAME_CHARACTERS_MAX = 200
EMAIL_CHARACTERS_MAX = 254
CLIENT_ID_CHARACTERS_MAX = 255
PERSONNEL_NUMBER_CHARACTERS_MAX = 20
NUMBER_CHARACTERS_MAX = 40
USERNAME_CHARACTERS_MAX = 100
ENVIRONMENT_CODE_CHARACTERS_MAX = 50
QUOTED_CHARACTERS_MAX = 40
USUAL_CONTRACT_NUMBER_START = "A020"

_CONTRACT_NUMBER = re.compile(r"[A-Za-z0-9]{5,20}")
_PERSONNEL_NUMBER = re.compile(r"[A-Za-z0-9._/-]+")
# Bol.com B.V., A/B Groep, j.jansen/Smit and Ch.Jansen/Smit are names. So after initials only a country's code, or an
# ending that is nobody's surname, makes a domain; x.com has to be one, since everybody can have a page there.
_INITIAL = r"(?:\w|[cpt]h|chr|ij|[st]j)\."
_NO_SURNAME = "[a-z]{2}|com|net|org|info|online"
_DOMAIN = rf"(?<![\w-])(?:{_INITIAL}(?:{_NO_SURNAME})|(?!{_INITIAL})[\w-]+\.(?:[^\W\d_]{{2,}}|xn--[\w-]+))"
_LINK = re.compile(rf"(?i:://|\bwww\.|(?:{_DOMAIN})(?::\d+)?[/?#])")
_WHITE_SPACE = re.compile(r"\s")
_EMAIL_SEPARATOR = re.compile(r"[,;\s<>]")

# The library's full parse costs 70 us, twice a whole form; what this matches, it returns unchanged (property-tested).
_PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+(?:nl|com|net|org|eu|be|de|example)"
)
_PLAIN_EMAIL_CHARACTERS_MAX = 60


def name(value: object) -> str:
    """A company's or person's name, 1 to 200 characters, as typed but for Unicode's NFC. Never a BSN, nor a link.

    A link would get into our mails, some of which go to an address that a stranger typed.
    """
    text = typed_text(value, NAME_CHARACTERS_MAX)
    if holds_bsn(text):
        raise FieldError(FaultCode.BSN_REFUSED, taken_before=text)
    if ("/" in text or "?" in text or "#" in text or "www." in text.lower()) and _LINK.search(text):
        raise FieldError(FaultCode.NAME_HOLDS_LINK, taken_before=text)
    return text


def email(value: object) -> str:
    """Exactly one address without a display name, its domain in the form that DNS knows. Existence is not checked."""
    text = typed_text(value, EMAIL_CHARACTERS_MAX)
    if len(text) <= _PLAIN_EMAIL_CHARACTERS_MAX and _PLAIN_EMAIL.fullmatch(text):
        return text
    if text.count("@") > 1 or _EMAIL_SEPARATOR.search(text):
        raise FieldError(FaultCode.EMAIL_NOT_ONE)
    return _email_by_the_book(text)


def _email_by_the_book(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  slow to load, and rarely needed

    try:
        address = validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        raise FieldError(FaultCode.EMAIL_INVALID) from None
    return address.ascii_email or address.normalized


def raamwerkcontractnummer(value: object) -> str:
    """The number of the framework contract with a.s.r.: 5 to 20 letters and digits, upper case, white space dropped."""
    number = _WHITE_SPACE.sub("", typed_text(value, NUMBER_CHARACTERS_MAX))
    if lhnr.looks_like_one(number):
        raise FieldError(FaultCode.CONTRACT_NUMBER_IS_LHNR)
    # Before upper(), which turns some letters that are not ASCII into ASCII ones.
    if not _CONTRACT_NUMBER.fullmatch(number):
        raise FieldError(FaultCode.CONTRACT_NUMBER_FORMAT)
    return number.upper()


def unusual_raamwerkcontractnummer(number: str) -> FaultCode | None:
    """Manuals 001 and 002 say how these numbers usually begin, not that all of them do."""
    return None if number.startswith(USUAL_CONTRACT_NUMBER_START) else FaultCode.CONTRACT_NUMBER_UNUSUAL


def loonheffingennummer(value: object) -> str:
    """The loonheffingennummer in its normal form."""
    text = typed_text(value, NUMBER_CHARACTERS_MAX)
    if text[:4].upper() == USUAL_CONTRACT_NUMBER_START:
        raise FieldError(FaultCode.LHNR_IS_CONTRACT_NUMBER)
    return lhnr.parse(text)


def client_id(value: object) -> str:
    """The name under which a package's API knows its user: opaque, without white space inside."""
    text = typed_text(value, CLIENT_ID_CHARACTERS_MAX)
    if _WHITE_SPACE.search(text):
        raise FieldError(FaultCode.CLIENT_ID_WHITE_SPACE)
    return text


def username(value: object) -> str:
    """The name of a package's user, 1 to 100 characters, as typed. Never a BSN."""
    text = typed_text(value, USERNAME_CHARACTERS_MAX)
    if holds_bsn(text):
        raise FieldError(FaultCode.BSN_REFUSED, taken_before=text)
    return text


def environment_code(value: object) -> str:
    """Loket.nl's omgevingscode: 1 to 50 characters that mean nothing to us."""
    return typed_text(value, ENVIRONMENT_CODE_CHARACTERS_MAX)


def reference(value: object) -> str:
    """The reference of a registration, however it was typed: case, spaces, hyphens and O, I, L do not matter."""
    quoted = as_quoted(typed_text(value, QUOTED_CHARACTERS_MAX))
    if not is_reference(quoted):
        raise FieldError(FaultCode.REFERENCE_FORMAT)
    return quoted


def correction_code(value: object) -> str:
    """The code from a mail, as it was typed."""
    return typed_text(value, QUOTED_CHARACTERS_MAX)


def personnel_number(value: object) -> str:
    """A payroll package's number for an employee: 1 to 20 of `A-Z a-z 0-9 . _ / -` (our proposal). Never a BSN."""
    text = typed_text(value, PERSONNEL_NUMBER_CHARACTERS_MAX)
    if holds_bsn(text):
        raise FieldError(FaultCode.BSN_REFUSED, taken_before=text)
    if not _PERSONNEL_NUMBER.fullmatch(text):
        raise FieldError(FaultCode.PERSONNEL_NUMBER_FORMAT)
    return text
