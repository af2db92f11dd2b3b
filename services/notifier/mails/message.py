"""A letter as bytes for the wire: an RFC 5322 message, ASCII only, text and HTML beside each other.

Written by hand because the standard library's EmailMessage costs twenty times as much; the
tests read every message back with its parser.
"""

import re
from binascii import b2a_base64, b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from .letter import HTML_BODY, HTML_FOOT, HTML_HEAD, Block, FixedParagraph, Letter, html_title, shown
from .one_line import one_line

DISPLAY_NAME = "a.s.r. salariskoppeling"

# "=_" never occurs in quoted-printable, so no text can end a part.
_BOUNDARY = "=_salariskoppeling"
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
_PLAIN_SUBJECT = re.compile(r"[A-Za-z0-9 .,:;'()&/-]{1,60}")
_ENCODED_WORD_BYTES = 42
_UTF8_BYTES_MAX = 4

_HEADERS = f"""\
From: "{DISPLAY_NAME}" <{{sender}}>\r
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
_TEXT_PART = _PART.format(kind="plain").encode()
_HTML_PART = _PART.format(kind="html").encode()
_END = f"\r\n--{_BOUNDARY}--\r\n".encode()


class AddressUnusableError(ValueError):
    """An address that is not exactly one, in plain ASCII. The text does not repeat it."""


@dataclass(frozen=True, slots=True)
class Postmark:
    """From whom, to whom, when, and under which id (`<...@...>`) a letter goes."""

    sender: str
    recipient: str
    date: datetime
    message_id: str


def message(letter: Letter, postmark: Postmark) -> bytes:
    """The complete message, lines ended by CRLF.

    Raises:
        AddressUnusableError: sender or recipient are not one plain address.
    """
    headers = _HEADERS.format(
        sender=one_address(postmark.sender),
        recipient=one_address(postmark.recipient),
        subject=_subject(one_line(letter.subject)),
        date=_date(postmark.date.replace(microsecond=0)),
        message_id=postmark.message_id,
    )
    texts, htmls = zip(*map(_encoded, letter.blocks), strict=True)
    title = _quoted_printable(html_title(letter.subject))
    # In quoted-printable every line stands for itself: text encoded in pieces is what it would be in one.
    text, html = _EMPTY_LINE.join(texts), b"".join(htmls)
    return b"".join(
        (headers.encode("ascii"), _TEXT_PART, text, _HTML_PART, _HTML_HEAD, title, _HTML_BODY, html, _HTML_FOOT, _END)
    )


def one_address(text: str) -> str:
    """The text, when it is exactly one address that can add neither a header nor a recipient.

    Raises:
        AddressUnusableError: it is not.
    """
    if not _ADDRESS.fullmatch(text):
        raise AddressUnusableError(AddressUnusableError.__doc__)
    return text


@lru_cache(maxsize=4)
def _date(second: datetime) -> str:
    return format_datetime(second)


def _quoted_printable(lines: str) -> bytes:
    return b2a_qp(lines.replace("\n", "\r\n").encode(), istext=True)


_EMPTY_LINE = _quoted_printable("\n")
_HTML_HEAD = _quoted_printable(HTML_HEAD)
_HTML_BODY = _quoted_printable(HTML_BODY)
_HTML_FOOT = _quoted_printable(HTML_FOOT)


def _encoded(block: Block) -> tuple[bytes, bytes]:
    return _encoded_once(block) if isinstance(block, FixedParagraph) else _encode(block)


def _encode(block: Block) -> tuple[bytes, bytes]:
    text, html = shown(block)
    return _quoted_printable(text), _quoted_printable(html)


_encoded_once = lru_cache(maxsize=64)(_encode)


def _subject(text: str) -> str:
    if _PLAIN_SUBJECT.fullmatch(text) and text == text.strip():
        return text
    step = _ENCODED_WORD_BYTES if text.isascii() else _ENCODED_WORD_BYTES // _UTF8_BYTES_MAX
    words = (text[start : start + step].encode() for start in range(0, len(text), step))
    return "\r\n ".join(f"=?utf-8?b?{b2a_base64(word, newline=False).decode()}?=" for word in words)
