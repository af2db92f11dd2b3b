"""An event as it may be looked at by whoever mends it: its shape and codes, nothing that anybody typed. Pure."""

import re
from collections.abc import Mapping

from pydantic import JsonValue

from stream.service import Cause, Done, Due, HandedOver, Opened

SHOWN = frozenset(
    {
        "at", "connection", "cycle", "code", "event", "frequency", "gate", "kind", "key", "number", "on", "outcome",
        "package", "period_id", "reason", "reference", "registration", "report", "reported_at", "requirement",
        "rule_version", "starts_on", "submission_id", "topic", "partition", "offset", "service", "version",
    }
)  # fmt: skip
"""Names of fields that hold codes, numbers of ours and moments, in every event."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CODE = re.compile(r"[A-Za-z0-9_.:+\-]{1,64}")


def masked(value: JsonValue, field: str = "") -> JsonValue:
    """The same with everything hidden but the kind and size of what stands there, codes excepted."""
    if isinstance(value, dict):
        return {_name(name): masked(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner, field) for inner in value]
    if value is None or isinstance(value, bool):
        return value
    text = str(value)
    if field in SHOWN and _CODE.fullmatch(text):
        return value
    return f"({len(text)} characters)" if isinstance(value, str) else "(a number)"


def masked_cause(cause: Cause) -> JsonValue:
    """The event, or the wake-up, that a record holds."""
    match cause:
        case HandedOver(event):
            return masked(event.model_dump(mode="json"))
        case Due(document, at):
            return {"kind": document.kind, "key": document.key, "at": at.isoformat()}
        case Opened(document, gate):
            return {"kind": document.kind, "key": document.key, "gate": gate.partition(":")[0]}
        case Done(kind, occasion, role, epoch, at):
            return {"kind": kind, "occasion": occasion, "role": role, "epoch": epoch, "at": at.isoformat()}
        case _:
            return masked(cause.model_dump(mode="json"))


def lines_of(value: JsonValue, indent: str = "") -> list[str]:
    """One line for each leaf, by its path: `registration.connections.0.cycle: 1`."""
    if isinstance(value, Mapping) and value:
        return [line for name, inner in value.items() for line in lines_of(inner, f"{indent}{name}.")]
    if isinstance(value, list) and value:
        return [line for number, inner in enumerate(value) for line in lines_of(inner, f"{indent}{number}.")]
    return [f"{indent.rstrip('.')}: {value}"]


def _name(name: str) -> str:
    return name if _NAME.fullmatch(name) else f"(a name of {len(name)} characters)"
