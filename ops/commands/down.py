"""`koppeling down`: ends the sandbox; its data stay."""

from pathlib import Path

import click

from ops.terminal.state_option import state_option
from sandbox.errors import NotOursError, NotRunningError
from sandbox.running import RunningSandbox
from sandbox.state_directory import StateDirectory


@click.command()
@state_option
def down(state: Path) -> None:
    """End the sandbox. Its data stay for the next `koppeling up`."""
    directory = StateDirectory(state.resolve())
    try:
        RunningSandbox(directory).stop()
    except NotOursError as another:
        raise click.ClickException(str(another)) from None
    except NotRunningError as nothing:
        click.echo(str(nothing))
    else:
        click.echo(f"the sandbox in {directory.path} has ended")
