"""Keylane's keys: the private ones stay in its folder, the public ones are published beside them."""

import json
import os
from pathlib import Path
from typing import Any

from joserfc.jwk import KeySet

from schemas.sealing import new_private_keys

_PRIVATE, _PUBLISHED = "keys.json", "jwks.json"


def private_keys(folder: Path) -> KeySet:
    """The keys in this folder, made at first use; publishes their public half each time."""
    path = folder / _PRIVATE
    if path.exists():
        keys = KeySet.import_key_set(json.loads(path.read_text("utf-8")))
    else:
        keys = new_private_keys()
        _write(path, keys.as_dict(private=True), mode=0o600)
    _write(folder / _PUBLISHED, keys.as_dict(private=False), mode=0o644)
    return keys


def _write(path: Path, keys: Any, *, mode: int) -> None:
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        json.dump(keys, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
