"""The option that says which sandbox a command is about, and the sandbox that it is."""

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
"""One that is another user's is told so by the sandbox, which knows more of it than click."""

state_option = click.option(
    "--state",
    type=STATE_FOLDER,
    default=DEFAULT_STATE,
    show_default=True,
    help="The sandbox's state directory.",
)


def state_option_or(*variables: str) -> Callable[[F], F]:
    """The same, where these name another system than a sandbox, as `sandbox_or` has it."""
    default = f"{' and '.join(variables)}, else {DEFAULT_STATE}"
    return click.option("--state", type=STATE_FOLDER, help=f"The sandbox's state directory.  [default: {default}]")


@contextmanager
def sandbox_or(state: Path | None, *variables: str) -> Iterator[StateDirectory]:
    """The one in `state`, else the usual one.

    Raises:
        ClickException: none runs there; it says which variables could be set instead.
    """
    try:
        yield StateDirectory((state or DEFAULT_STATE).resolve())
    except NotRunningError as nothing:
        raise click.ClickException(f"{nothing}; or set {' and '.join(variables)}") from None
