"""Every kind of mail as its reader sees it, made from the schemas' examples, for those who write the texts."""

from binascii import a2b_qp
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pydantic_core import to_json

from payroll.correction_code import KEY_BYTES_MIN, CorrectionCodes
from schemas.codec import decode
from schemas.example import Example, examples
from schemas.flow import NOTIFIER
from schemas.ids import RegistrationId
from services.notifier.decide import decide
from services.notifier.mails.kinds import read
from services.notifier.mails.mail import Mail
from services.notifier.mails.quoted import quoted
from services.notifier.roles import APPLICANT
from stream.service import Case, Effect, Emit, WorkingSet

_CODES = CorrectionCodes(bytes(KEY_BYTES_MIN))
"""With a key that nobody uses: the codes in a preview open nothing."""


class Preview(NamedTuple):
    """A mail of an example. `name` has its kind, the example, and its reader's role unless that is the applicant."""

    name: str
    subject: str
    text: str
    html: str

    def written(self) -> Iterator[tuple[str, str]]:
        """The two files it is shown in, by name."""
        yield f"{self.name}.txt", f"{self.subject}\n\n{self.text}"
        yield f"{self.name}.html", self.html


def example_mails() -> Iterator[tuple[str, Mail]]:
    """Every mail that a good example of an event's newest version calls for, with its name."""
    newest = set(NOTIFIER.consumes)
    for example in examples():
        if example.good and example.event in newest:
            for effect in _effects(example):
                yield (
                    f"{effect.kind}.{_told(example, effect)}",
                    read(effect.kind, to_json(dict(effect.payload)).decode()),
                )


def previews() -> Iterator[Preview]:
    """All of them as their readers see them."""
    for name, mail in example_mails():
        letter = mail.letter(_CODES)
        text, html = (a2b_qp(part).decode().replace("\r\n", "\n") for part in quoted(letter))
        yield Preview(name, letter.subject, text, html)


def write_previews(folder: Path) -> int:
    """Write them all into the folder, made when it is not there; how many mails they are."""
    folder.mkdir(parents=True, exist_ok=True)
    found = list(previews())
    for preview in found:
        for name, content in preview.written():
            (folder / name).write_text(content, "utf-8")
    return len(found)


def _effects(example: Example) -> tuple[Effect, ...]:
    decoded = decode(example.event.name, example.headers, example.value)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    subject = RegistrationId(decoded.envelope.subject)
    outcome = decide(Case(subject, decoded.event, decoded.envelope, WorkingSet({}), None, now))
    return outcome.effects if isinstance(outcome, Emit) else ()


def _told(example: Example, effect: Effect) -> str:
    return example.path.stem if effect.role == APPLICANT else f"{example.path.stem}.{effect.role}"
