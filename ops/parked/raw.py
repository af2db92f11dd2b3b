"""A parked record's bytes: as they are into a file or pipe, harmless on a terminal."""

import sys


def write_raw(body: bytes) -> None:
    """Write them to standard output."""
    out = sys.stdout.buffer
    out.write(f"{body!r}\n".encode() if out.isatty() else body)
    out.flush()
