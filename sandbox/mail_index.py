"""What lies in the mailbox, for tests, the demo and whoever looks."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from functools import lru_cache
from pathlib import Path

MAILS_READ_MAX = 20_000


@dataclass(frozen=True, slots=True)
class IndexedMail:
    """What the mailbox keeps of a message in any case. `recipient` is the envelope's."""

    recipient: str
    subject: str
    message_id: str
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Mail(IndexedMail):
    """An accepted message. Lines of the bodies end with a line feed; one is empty when the message has none."""

    text: str
    html: str
    path: Path


def read_mailbox(directory: Path) -> list[Mail]:
    """Every message in the mailbox, in the order of arrival."""
    return [_read(path) for path in sorted(directory.glob("*.eml"))]


def read_index(directory: Path) -> list[IndexedMail]:
    """Every message that a mailbox in its fast mode counted, in the order of arrival."""
    path = directory / "index.ndjson"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [_indexed(json.loads(line)) for line in lines]


@lru_cache(maxsize=MAILS_READ_MAX)
def _read(path: Path) -> Mail:
    # A message is never changed once it lies there, and whoever waits for one more looks again and again.
    message = BytesParser(EmailMessage, policy=default).parsebytes(path.read_bytes())
    return Mail(
        recipient=", ".join(message.get_all("X-Envelope-To", [])),
        subject=message["Subject"] or "",
        message_id=message["Message-ID"] or "",
        text=_body(message, "plain"),
        html=_body(message, "html"),
        path=path,
        arrived_at=_moment(int(path.stem)),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else part.get_content().replace("\r\n", "\n")


def _indexed(line: dict[str, str | int]) -> IndexedMail:
    return IndexedMail(
        recipient=str(line["recipient"]),
        subject=str(line["subject"]),
        message_id=str(line["message_id"]),
        arrived_at=_moment(int(line["arrived_at_ns"])),
    )


def _moment(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC)
