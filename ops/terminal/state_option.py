"""The option `--state`, which names a sandbox, and the sandbox that it stands for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from sandbox.errors import NotRunningError
from sandbox.settings import DEFAULT_STATE
from sandbox.state_directory import StateDirectory

F = TypeVar("F", bound=Callable[..., Any])

STATE_FOLDER = click.Path(file_okay=False, readable=False, path_type=Path)
"""Not checked to be readable: the sandbox explains better than click that a folder is another user's."""

state_option = click.option(
    "--state",
    type=STATE_FOLDER,
    default=DEFAULT_STATE,
    show_default=True,
    help="The sandbox's state directory.",
)


def state_option_or(*variables: str) -> Callable[[F], F]:
    """`--state` for a command that uses another system than a sandbox if these environment variables are set."""
    default = f"{' and '.join(variables)}, else {DEFAULT_STATE}"
    return click.option("--state", type=STATE_FOLDER, help=f"The sandbox's state directory.  [default: {default}]")


@contextmanager
def sandbox_or(state: Path | None, *variables: str) -> Iterator[StateDirectory]:
    """The sandbox in `state`, or else the default one.

    Raises:
        ClickException: no sandbox runs there; the message says which variables could be set instead.
    """
    try:
        yield StateDirectory((state or DEFAULT_STATE).resolve())
    except NotRunningError as nothing:
        raise click.ClickException(f"{nothing}; or set {' and '.join(variables)}") from None
