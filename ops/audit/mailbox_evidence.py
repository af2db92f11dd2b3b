"""Evidence from the mailbox: what the mail server accepted, by Message-ID, from files or an index."""

from collections import Counter
from collections.abc import Iterable
from email.parser import BytesHeaderParser
from email.policy import default
from json import loads
from pathlib import Path

from ops.audit.judge.evidence import AcceptedMail


def read_mails(mailbox: Path, before: Iterable[AcceptedMail] | None = None) -> tuple[AcceptedMail, ...]:
    """Every mail in it now; with `before`, those of an earlier reading, the mails that came since are not `early`."""
    found = [_of_file(path) for path in sorted(mailbox.glob("*.eml"))]
    index = mailbox / "index.ndjson"
    if index.exists():
        found += [_of_line(line) for line in index.read_text("utf-8").splitlines()]
    if before is None:
        return tuple(AcceptedMail(*mail) for mail in found)
    known = Counter((mail.message_id, mail.recipients) for mail in before)
    return tuple(AcceptedMail(*mail, early=_take(known, mail)) for mail in found)


def _take(known: Counter[tuple[str, tuple[str, ...]]], mail: tuple[str, tuple[str, ...]]) -> bool:
    known[mail] -= 1
    return known[mail] >= 0


def _of_file(path: Path) -> tuple[str, tuple[str, ...]]:
    with path.open("rb") as file:
        headers = BytesHeaderParser(policy=default).parse(file)
    return _local_part(headers["Message-ID"] or ""), tuple(headers.get_all("X-Envelope-To", []))


def _of_line(line: str) -> tuple[str, tuple[str, ...]]:
    mail = loads(line)
    return _local_part(mail["message_id"]), (mail["recipient"],)


def _local_part(message_id: str) -> str:
    return message_id.strip("<>").partition("@")[0]
