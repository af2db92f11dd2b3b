"""Files that a command writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises ClickException when the block cannot write its file."""
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"{error.filename or path} cannot be written: {error.strerror}") from None
