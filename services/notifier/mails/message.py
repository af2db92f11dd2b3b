"""A letter as bytes to send: an RFC 5322 message in ASCII only, with text and HTML as alternatives.

It is written by hand, as the standard library's EmailMessage takes twenty times as long. The tests read every message
back with that library's parser.
"""

import re
from binascii import b2a_base64
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from services.notifier.mails.letter import Letter
from services.notifier.mails.one_line import one_line
from services.notifier.mails.quoted import quoted

DISPLAY_NAME = "a.s.r. salariskoppeling"

# "=_" never occurs in quoted-printable, so no text can end a part.
_BOUNDARY = "=_salariskoppeling"
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
_PLAIN_SUBJECT = re.compile(r"[A-Za-z0-9 .,:;'()&/-]{1,60}")
_ENCODED_WORD_BYTES = 42
_UTF8_BYTES_MAX = 4

_HEADERS = f"""\
From: "{DISPLAY_NAME}" <{{sender}}>\r
Reply-To: <{{reply_to}}>\r
To: <{{recipient}}>\r
Subject: {{subject}}\r
Date: {{date}}\r
Message-ID: {{message_id}}\r
Auto-Submitted: auto-generated\r
Content-Language: nl\r
MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary="{_BOUNDARY}"\r
"""
_PART = f"""\
\r
--{_BOUNDARY}\r
Content-Type: text/{{kind}}; charset=utf-8\r
Content-Transfer-Encoding: quoted-printable\r
\r
"""
_TEXT_PART = _PART.format(kind="plain")
_HTML_PART = _PART.format(kind="html")
_END = f"\r\n--{_BOUNDARY}--\r\n"


class AddressUnusableError(ValueError):
    """An address that is not exactly one plain ASCII address. The message does not repeat it."""


@dataclass(frozen=True, slots=True)
class Postmark:
    """Sender, recipient, date and Message-ID (`<...@...>`) of a letter, and the address to which answers go."""

    sender: str
    reply_to: str
    recipient: str
    date: datetime
    message_id: str


def message(letter: Letter, postmark: Postmark) -> bytes:
    """The complete message, with lines ended by CRLF.

    Raises:
        AddressUnusableError: sender, recipient or answers' address is not exactly one plain address.
    """
    headers = _HEADERS.format(
        sender=one_address(postmark.sender),
        reply_to=one_address(postmark.reply_to),
        recipient=one_address(postmark.recipient),
        subject=_subject(one_line(letter.subject)),
        date=_date(postmark.date.replace(microsecond=0)),
        message_id=postmark.message_id,
    )
    text, html = quoted(letter)
    return f"{headers}{_TEXT_PART}{text}{_HTML_PART}{html}{_END}".encode("ascii")


def one_address(text: str) -> str:
    """The text, when it is exactly one address, which can add neither a header nor a recipient.

    Raises:
        AddressUnusableError: it is not.
    """
    if not _ADDRESS.fullmatch(text):
        raise AddressUnusableError("is not exactly one plain ASCII address")
    return text


@lru_cache(maxsize=4)
def _date(second: datetime) -> str:
    return format_datetime(second)


def _subject(text: str) -> str:
    if _PLAIN_SUBJECT.fullmatch(text) and text == text.strip():
        return text
    step = _ENCODED_WORD_BYTES if text.isascii() else _ENCODED_WORD_BYTES // _UTF8_BYTES_MAX
    words = (text[start : start + step].encode() for start in range(0, len(text), step))
    return "\r\n ".join(f"=?utf-8?b?{b2a_base64(word, newline=False).decode()}?=" for word in words)
