"""The commands of the command line, those of groups too."""

from collections.abc import Iterator

import click
from click import Context

from ops.cli import main


def commands(group: click.Group = main, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it."""
    for name in group.list_commands(Context(group)):
        command = group.get_command(Context(group), name)
        assert command
        words = f"{path}{name}"
        if isinstance(command, click.Group):
            yield from commands(command, f"{words} ")
        else:
            yield words, command
