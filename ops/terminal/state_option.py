"""The option that says which sandbox a command is about."""

from pathlib import Path

import click

from sandbox.settings import DEFAULT_STATE

state_option = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_STATE,
    show_default=True,
    help="The sandbox's state directory.",
)
