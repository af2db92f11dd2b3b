"""An event as whoever repairs something may see it: its shape and codes, but nothing that somebody typed. Pure."""

import re
from collections.abc import Callable, Mapping

from pydantic import JsonValue

from payroll import choices, fields
from payroll.fault import FieldError
from schemas.event import Event
from schemas.events import FormReceived, ProcessorDeclined, ProcessorReviewed
from stream.service import Cause, Done, Due, HandedOver, Opened, Told

SHOWN = frozenset(
    {
        "at", "connection", "cycle", "code", "event", "frequency", "gate", "kind", "key", "number", "on", "outcome",
        "package", "period_id", "reason", "reference", "registration", "report", "reported_at", "requirement",
        "rule_version", "starts_on", "submission_id", "topic", "partition", "offset", "service", "version",
    }
)  # fmt: skip
"""Names of fields that hold codes, numbers of ours and moments, in every event of ours."""

_CHOSEN: Mapping[str, Callable[[object], object]] = {
    "kind": choices.kind,
    "package": choices.package_slug,
    "frequency": choices.frequency,
    "reference": fields.reference,
}
"""What a form shows: what was chosen from a list, and the references it names. Its `code` opens a registration."""

_NAME = re.compile(r"(?!.*[0-9]{4})[a-z][a-z0-9_]{0,39}")
_CODE = re.compile(r"[A-Za-z0-9_.:+\-]{1,64}")

Shows = Callable[[str, JsonValue], bool]


def masked(value: JsonValue, shows: Shows, field: str = "") -> JsonValue:
    """The value with only the type and size of everything, except where `shows` lets the value through."""
    if isinstance(value, dict):
        return {_name(name): masked(inner, shows, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner, shows, field) for inner in value]
    if value is None or isinstance(value, bool) or shows(field, value):
        return value
    return f"({len(value)} characters)" if isinstance(value, str) else "(a number)"


def of_ours(field: str, value: JsonValue) -> bool:
    """Whether the value is a code of ours; in our own events, a field with such a name holds nothing else."""
    return field in SHOWN and _CODE.fullmatch(str(value)) is not None


def of_a_form(field: str, value: JsonValue) -> bool:
    """Whether the value is one that the form offers there: anybody can write anything under any name."""
    if field not in _CHOSEN:
        return False
    try:
        _CHOSEN[field](value)
    except FieldError:
        return False
    return True


def masked_cause(cause: Cause) -> JsonValue:
    """The event, or the wake-up, that a record holds, masked."""
    match cause:
        case HandedOver(event):
            return _event(event)
        case Due(document, at):
            return {"kind": document.kind, "key": document.key, "at": at.isoformat()}
        case Opened(document, gate):
            return {"kind": document.kind, "key": document.key, "gate": gate.partition(":")[0]}
        case Told(document, text):
            return {"kind": document.kind, "key": document.key, "told": text.partition(":")[0]}
        case Done(kind, occasion, role, epoch, at):
            return {"kind": kind, "occasion": occasion, "role": role, "epoch": epoch, "at": at.isoformat()}
        case _:
            return _event(cause)


def lines_of(value: JsonValue, indent: str = "") -> list[str]:
    """One line for each leaf, by its path: `registration.connections.0.cycle: 1`."""
    if isinstance(value, Mapping) and value:
        return [line for name, inner in value.items() for line in lines_of(inner, f"{indent}{name}.")]
    if isinstance(value, list) and value:
        return [line for number, inner in enumerate(value) for line in lines_of(inner, f"{indent}{number}.")]
    return [f"{indent.rstrip('.')}: {value}"]


def _event(event: Event) -> JsonValue:
    said = event.model_dump(mode="json")
    match event:
        case FormReceived():
            return {name: masked(inner, of_a_form if name == "form" else of_ours, name) for name, inner in said.items()}
        case ProcessorReviewed() | ProcessorDeclined():
            # Their reason was typed by the back office, even if it looks like a code.
            return masked(said, lambda field, value: field != "reason" and of_ours(field, value))
        case _:
            return masked(said, of_ours)


def _name(name: str) -> str:
    return name if _NAME.fullmatch(name) else f"(a name of {len(name)} characters)"
