"""Reads a record's headers without trusting them: what is missing or malformed is empty, and nothing raises."""

import json
from typing import Any, NamedTuple

from ops.audit.judge.evidence import Headers

_TYPE_PREFIX = "salariskoppeling."


class Heading(NamedTuple):
    """What the headers tell about an event; empty where they do not."""

    id: str
    source: str
    name: str
    version: int
    subject: str
    time: str
    revision: int


def heading_of(headers: Headers) -> Heading:
    """The headers that matter; of one that occurs more than once, the first."""
    texts: dict[str, str] = {}
    for name, value in headers:
        texts.setdefault(name, (value or b"").decode("utf-8", "replace"))
    return Heading(
        id=texts.get("ce_id", ""),
        source=texts.get("ce_source", ""),
        name=texts.get("ce_type", "").removeprefix(_TYPE_PREFIX),
        version=_number(texts.get("ce_dataschema", "").rpartition(":")[2]),
        subject=texts.get("ce_subject", ""),
        time=texts.get("ce_time", ""),
        revision=_number(texts.get("ce_revision", "")),
    )


def data_of(value: bytes | None) -> dict[str, Any]:
    """The value as a JSON object; empty when it is not one."""
    try:
        found = json.loads(value or b"")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= 9 else 0  # noqa: PLR2004 (as the envelope has it)
