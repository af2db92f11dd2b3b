"""Reads the journal's column `events`: the only place here that knows how a service packs them."""

import json

from ops.audit.judge.evidence import Emitted


def unpacked(packed: bytes | None) -> tuple[Emitted, ...]:
    """The events as they were, or will be, published."""
    return tuple(
        Emitted(topic, partition, key, tuple((name, text.encode()) for name, text in headers), value.encode())
        for topic, partition, key, _, headers, value in (json.loads(packed) if packed else ())
    )
