"""Generated passwords, one file each, readable by their owner alone."""

import os
import secrets
from pathlib import Path

PASSWORD_BYTES = 24


def password(directory: Path, name: str) -> str:
    """The password kept under this name; made at first use, with mode 0600 from the start."""
    path = directory / name
    if not path.exists():
        _create(path, secrets.token_urlsafe(PASSWORD_BYTES))
    return path.read_text("ascii")


def _create(path: Path, text: str) -> None:
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    partial.rename(path)
