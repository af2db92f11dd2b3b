"""A rendered mail as the standard library's parser reads it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache

from payroll.correction_code import CorrectionCodes
from services.notifier.mails.mail import Mail
from services.notifier.mails.message import Postmark, message

SENDER = "koppeling@example.nl"
REPLY_TO = "vragen@example.nl"
CODES = CorrectionCodes(bytes(32))
SENT_AT = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
MESSAGE_ID = "<7d0a1f9e-1c55-8a8e-9d5e-0f3b1f6f2a10@example.nl>"
# Cached: a header is parsed at every access, which took most of the time of these tests.
POLICY = default.clone(header_factory=cache(default.header_factory))


@dataclass(frozen=True)
class ParsedMail:
    """The message with its two parts decoded."""

    message: EmailMessage
    text: str
    html: str


def rendered(mail: Mail) -> bytes:
    """The mail as it is sent."""
    return message(mail.letter(CODES), Postmark(SENDER, REPLY_TO, mail.email, SENT_AT, MESSAGE_ID))


@cache
def parsed(raw: bytes) -> ParsedMail:
    """Read it; nothing in it may be out of order."""
    found = message_from_bytes(raw, policy=POLICY)
    assert isinstance(found, EmailMessage)
    assert not list(found.defects)
    text, html = found.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert [part.get_content_type() for part in (text, html)] == ["text/plain", "text/html"]
    assert not [*text.defects, *html.defects]
    contents = [part.get_content() for part in (text, html)]
    assert not any(re.search(r"(?<!\r)\n|\r(?!\n)", content) for content in contents)
    return ParsedMail(found, *(content.replace("\r\n", "\n") for content in contents))
