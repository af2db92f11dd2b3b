"""What is fuzzed: each takes bytes, and raises when they break what must hold for any bytes."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

from pydantic_core import to_json

from faults.fuzz.garbage import headers
from payroll.check import check_form
from payroll.correction_code import CorrectionCodes
from payroll.form import Correction, RefusedForm, Withdrawal
from schemas import codec
from schemas.clear_secrets import SEARCHED_BYTES_MAX
from schemas.envelope import Envelope, to_headers
from schemas.event import Event
from schemas.events import FormFault, FormReceived, RegistrationRejected
from schemas.ids import RegistrationId, reference, registration_id
from schemas.versions import VERSIONS
from services.intake.decide import service as intake
from services.intake.handed_over import EARLY_ATTEMPTS
from services.intake.terms import Terms as IntakeTerms
from services.notifier.decide import decide as decide_mail
from services.notifier.mails.kinds import read
from services.notifier.mails.message import Postmark, message, one_address
from stream.decode import decode as decode_record
from stream.record import Record
from stream.service import Case, Emit, WorkingSet

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SENDER = "koppeling@example.nl"
CODES = CorrectionCodes(bytes(32))
MESSAGE_ID = "<7d0a1f9e-1c55-8a8e-9d5e-0f3b1f6f2a10@example.nl>"
DETAIL_CHARACTERS_MAX = 300
LINE_BYTES_MAX = 998

_INTAKE = intake(IntakeTerms())
_SUBJECT = registration_id("urn:fuzz", "one")
_HEADER_NAMES = [
    "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "MIME-Version",
    "Content-Type",
]  # fmt: skip


class Broken(AssertionError):
    """Something that must hold for any bytes does not; the text says what, and holds none of the bytes."""


def fuzz_codec(value: bytes) -> None:
    """Any bytes in any topic are an event that can be encoded again, or none, for a reason that can be stored."""
    for version in VERSIONS:
        _read(version, value)


def _read(version: type[Event], value: bytes) -> None:
    envelope = Envelope("1", "urn:fuzz", version.name, version.version, _SUBJECT, NOW)
    try:
        decoded = codec.decode(version.name, to_headers(envelope), value)
    except codec.CodecError as error:
        _expect(len(str(error)) <= DETAIL_CHARACTERS_MAX and str(error).isprintable(), "a reason can be kept")
    else:
        again = codec.encode(decoded.envelope._replace(version=decoded.event.version), decoded.event)
        if not isinstance(decoded.event, FormReceived):
            _expect(codec.decode(version.name, *again).event == decoded.event, "an event survives being said again")
    kept = codec.storable(version.name, value)
    if len(kept or b"") <= SEARCHED_BYTES_MAX:
        _expect(codec.storable(version.name, kept) == kept, "what is kept holds no clear secret any more")


def fuzz_forms(value: bytes) -> None:
    """Any form that can be decoded is answered by one event; a refusal has reasons, and an address can be mailed to."""
    record = Record(FormReceived.name, 0, 0, None, value, headers("fuzz"))
    item = decode_record(record)
    if not isinstance(cause := getattr(item, "cause", None), FormReceived):
        return
    subject = RegistrationId(cause.subject("urn:fuzz", ""))
    found = _INTAKE.touches(cause, subject).found
    # The attempts before it park a correction of a registration that is not known.
    last = EARLY_ATTEMPTS + 1
    outcome = _INTAKE.decide(Case(subject, cause, None, WorkingSet({}), None, NOW, found, last))
    _expect(isinstance(outcome, Emit) and len(outcome.events) == 1, "a form is answered once")
    checked = check_form(cause.form, subject, cause.defects)
    if isinstance(checked, RefusedForm):
        _expect(bool(checked.faults) and all(fault.message for fault in checked.faults), "a refusal names its faults")
    email = None if isinstance(checked, Correction | Withdrawal) else checked.email
    if email is not None:
        one_address(email)
    for event in outcome.events if isinstance(outcome, Emit) else ():
        codec.encode(Envelope("1", "urn:fuzz", event.name, event.version, subject, NOW), event)


def fuzz_mails(value: bytes) -> None:
    """Any text in a mail stays on its line: no header, no recipient, no part and no mark-up comes of it."""
    text = value.decode(errors="replace")[:2_000] or "-"
    fault = FormFault(field=text, code=text, message=text)
    event = RegistrationRejected(
        reference=reference(_SUBJECT),
        email="a@example.nl",
        company_name=text,
        package=None,
        faults=(fault,),
        cycle=1,
        correctable=False,
    )
    envelope = Envelope("1", "urn:fuzz", event.name, event.version, _SUBJECT, NOW)
    outcome = decide_mail(Case(_SUBJECT, event, envelope, WorkingSet({}), None, NOW))
    _expect(isinstance(outcome, Emit), "a refusal with an address is mailed")
    for effect in outcome.effects if isinstance(outcome, Emit) else ():
        mail = read(effect.kind, to_json(dict(effect.payload)).decode())
        _check_message(message(mail.letter(CODES), Postmark(SENDER, SENDER, mail.email, NOW, MESSAGE_ID)))


def _check_message(raw: bytes) -> None:
    _expect(raw.isascii() and max(map(len, raw.split(b"\r\n"))) <= LINE_BYTES_MAX, "lines are short and ASCII")
    _expect(not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", raw), "every line ends by CRLF")
    read_back = message_from_bytes(raw, policy=default)
    _expect(read_back.keys() == _HEADER_NAMES and not read_back.defects, "the headers are those of every mail")
    _expect(
        read_back["To"].addresses[0].addr_spec == "a@example.nl" and len(read_back["To"].addresses) == 1,
        "one recipient",
    )
    parts = list(read_back.iter_parts())
    _expect([part.get_content_type() for part in parts] == ["text/plain", "text/html"], "two parts")
    _expect(not re.search(r"<(script|img|svg|style|a)\b", parts[1].get_content()), "no typed mark-up is live")


def _expect(holds: bool, what: str) -> None:  # noqa: FBT001 (as assert)
    if not holds:
        raise Broken(f"broken: {what}")


TARGETS: dict[str, Callable[[bytes], None]] = {"codec": fuzz_codec, "forms": fuzz_forms, "mails": fuzz_mails}
