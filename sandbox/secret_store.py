"""Generated passwords, one file each, readable by their owner alone."""

import secrets
from pathlib import Path

from sandbox.whole_file import write_whole

PASSWORD_BYTES = 24


def password(directory: Path, name: str) -> str:
    """The password kept under this name; made at first use, with mode 0600 from the start."""
    path = directory / name
    if not path.exists():
        write_whole(path, secrets.token_urlsafe(PASSWORD_BYTES))
    return path.read_text("ascii")
