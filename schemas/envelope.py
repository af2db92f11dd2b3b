"""CloudEvents 1.0 in Kafka's binary mode: the attributes travel as headers `ce_*`, the data is the record's value."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

SOURCE_PREFIX = "urn:salariskoppeling:"
"""Before a party's name: the `source` of its events."""
TYPE_PREFIX = "salariskoppeling."
SCHEMA_PREFIX = "urn:salariskoppeling:schema:"

Header = tuple[str, bytes]

HEADERS_MAX = 64
HEADER_BYTES_MAX = 1024
_TEXT_MAX = 255
_YEARS = range(2000, 2400)
_NUMBER = re.compile("[0-9]{1,9}")
_ATTRIBUTES = frozenset(
    (
        "ce_specversion",
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_subject",
        "ce_time",
        "ce_dataschema",
        "ce_causation",
        "ce_correlation",
        "ce_revision",
        "ce_traceparent",
    )
)


class EnvelopeFault(StrEnum):
    """What can be wrong with the headers of a record."""

    TOO_MANY_HEADERS = "TOO_MANY_HEADERS"
    HEADER_TOO_LARGE = "HEADER_TOO_LARGE"
    HEADER_MISSING = "HEADER_MISSING"
    HEADER_REPEATED = "HEADER_REPEATED"
    HEADER_INVALID = "HEADER_INVALID"


class EnvelopeError(ValueError):
    """The headers are not those of a CloudEvent that this flow can read."""

    def __init__(self, fault: EnvelopeFault, header: str = "") -> None:
        super().__init__(f"{fault}: {header}" if header else fault)
        self.fault = fault
        self.header = header


class Envelope(NamedTuple):
    """Who says what about which registration, and because of what.

    `name` and `version` name the event (type and dataschema on the wire); `subject` is the registration id;
    `revision` counts one producer's events about one registration; `causation` is the id of the event this one
    answers, `correlation` that of the form at the root.
    """

    id: str
    source: str
    name: str
    version: int
    subject: str
    time: datetime
    causation: str | None = None
    correlation: str | None = None
    revision: int | None = None
    traceparent: str | None = None


def to_headers(envelope: Envelope) -> tuple[Header, ...]:
    """The envelope as Kafka headers, attributes without a value left out."""
    optional = (
        ("ce_causation", envelope.causation),
        ("ce_correlation", envelope.correlation),
        ("ce_revision", None if envelope.revision is None else str(envelope.revision)),
        ("ce_traceparent", envelope.traceparent),
    )
    return (
        *_constant(envelope.source, envelope.name, envelope.version),
        ("ce_time", _instant(envelope.time)),
        ("ce_id", envelope.id.encode()),
        ("ce_subject", envelope.subject.encode()),
        *[(name, text.encode()) for name, text in optional if text is not None],
    )


@lru_cache(maxsize=256)
def _constant(source: str, name: str, version: int) -> tuple[Header, ...]:
    return (
        ("ce_specversion", b"1.0"),
        ("ce_source", source.encode()),
        ("ce_type", (TYPE_PREFIX + name).encode()),
        ("ce_dataschema", f"{SCHEMA_PREFIX}{name}:{version}".encode()),
        ("content-type", b"application/json"),
    )


@lru_cache(maxsize=16)
def _instant(time: datetime) -> bytes:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()


def from_headers(headers: Sequence[tuple[str, bytes | None]]) -> Envelope:
    """The envelope in these headers; `subject` is empty if the publisher left it out.

    Raises:
        EnvelopeError: too many or too large headers, or a needed one missing, repeated or invalid.
    """
    if len(headers) > HEADERS_MAX:
        raise EnvelopeError(EnvelopeFault.TOO_MANY_HEADERS)
    texts = _sound_texts(headers) or _texts(headers)
    if texts.get("ce_specversion") != "1.0":
        raise EnvelopeError(_missing_or_invalid(texts, "ce_specversion"), "ce_specversion")
    name, version = _named(_needed(texts, "ce_type"), _needed(texts, "ce_dataschema"))
    return Envelope(
        _needed(texts, "ce_id"),
        _needed(texts, "ce_source"),
        name,
        version,
        _optional(texts, "ce_subject") or "",
        _time(_needed(texts, "ce_time")),
        _optional(texts, "ce_causation"),
        _optional(texts, "ce_correlation"),
        _number(texts["ce_revision"], "ce_revision") if "ce_revision" in texts else None,
        _optional(texts, "ce_traceparent"),
    )


def _sound_texts(headers: Sequence[tuple[str, bytes | None]]) -> dict[str, str] | None:
    """All headers as text, if none of them is doubtful; otherwise the slower way finds the fault."""
    try:
        texts = {name: value.decode() for name, value in headers}  # type: ignore[union-attr] # None is doubtful
    except (AttributeError, UnicodeDecodeError):
        return None
    values = texts.values()
    if len(texts) != len(headers) or not "".join(values).isprintable() or max(map(len, values), default=0) > _TEXT_MAX:
        return None
    return texts


def _texts(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, value in headers:
        if name not in _ATTRIBUTES:
            continue
        if name in texts:
            raise EnvelopeError(EnvelopeFault.HEADER_REPEATED, name)
        if value is not None and len(value) > HEADER_BYTES_MAX:
            raise EnvelopeError(EnvelopeFault.HEADER_TOO_LARGE, name)
        try:
            text = "\n" if value is None else value.decode()
        except UnicodeDecodeError:
            text = "\n"
        if not text.isprintable():
            raise EnvelopeError(EnvelopeFault.HEADER_INVALID, name)
        texts[name] = text
    return texts


def _missing_or_invalid(texts: dict[str, str], name: str) -> EnvelopeFault:
    return EnvelopeFault.HEADER_INVALID if name in texts else EnvelopeFault.HEADER_MISSING


def _needed(texts: dict[str, str], name: str) -> str:
    text = texts.get(name, "")
    if not 0 < len(text) <= _TEXT_MAX:
        raise EnvelopeError(_missing_or_invalid(texts, name), name)
    return text


def _optional(texts: dict[str, str], name: str) -> str | None:
    return _needed(texts, name) if texts.get(name) else None


@lru_cache(maxsize=256)
def _named(kind: str, schema: str) -> tuple[str, int]:
    name, _, version = schema.removeprefix(SCHEMA_PREFIX).rpartition(":")
    if not (name and schema.startswith(SCHEMA_PREFIX)):
        raise EnvelopeError(EnvelopeFault.HEADER_INVALID, "ce_dataschema")
    number = _number(version, "ce_dataschema")
    if number < 1:
        raise EnvelopeError(EnvelopeFault.HEADER_INVALID, "ce_dataschema")
    if kind != TYPE_PREFIX + name:
        raise EnvelopeError(EnvelopeFault.HEADER_INVALID, "ce_type")
    return name, number


@lru_cache(maxsize=256)
def _number(text: str, header: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise EnvelopeError(EnvelopeFault.HEADER_INVALID, header)
    return int(text)


@lru_cache(maxsize=64)
def _time(text: str) -> datetime:
    try:
        written = datetime.fromisoformat(text.upper())  # RFC 3339 has T and Z in lower case, too
        time = written.astimezone(UTC)
    except (ValueError, OverflowError):
        raise EnvelopeError(EnvelopeFault.HEADER_INVALID, "ce_time") from None
    if written.tzinfo is None or time.year not in _YEARS:
        raise EnvelopeError(EnvelopeFault.HEADER_INVALID, "ce_time")
    return time
