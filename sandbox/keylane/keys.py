"""Keylane's keys: the private ones stay in its folder, the public ones are published beside them."""

import json
from pathlib import Path

from joserfc.jwk import KeySet

from sandbox.whole_file import write_whole
from schemas.sealing import new_private_keys

_PRIVATE, _PUBLISHED = "keys.json", "jwks.json"


def private_keys(folder: Path) -> KeySet:
    """The keys in this folder, made at first use; publishes their public half each time."""
    path = folder / _PRIVATE
    if path.exists():
        keys = KeySet.import_key_set(json.loads(path.read_text("utf-8")))
    else:
        keys = new_private_keys()
        write_whole(path, json.dumps(keys.as_dict(private=True)))
    write_whole(folder / _PUBLISHED, json.dumps(keys.as_dict(private=False)), mode=0o644)
    return keys
