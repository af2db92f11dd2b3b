"""The option that says which sandbox a command is about."""

from pathlib import Path

import click

from sandbox.settings import DEFAULT_STATE

STATE_FOLDER = click.Path(file_okay=False, readable=False, path_type=Path)
"""One that is another user's is told so by the sandbox, which knows more of it than click."""

state_option = click.option(
    "--state",
    type=STATE_FOLDER,
    default=DEFAULT_STATE,
    show_default=True,
    help="The sandbox's state directory.",
)
