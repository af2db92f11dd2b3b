"""A group of commands, each of which is imported only when it is used."""

import gc
import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple

import click


class Command(NamedTuple):
    """The place of a command, and the first sentence of its help, so that listing it needs no import."""

    module: str
    name: str
    says: str


class LazyGroup(click.Group):
    """Imports a command's module when it is used, so that no command needs, or waits for, what others import."""

    def __init__(self, *arguments: Any, found: Mapping[str, Command], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.found = found
        """In the order of the help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name."""
        del ctx
        return list(self.found)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, if there is one."""
        del ctx
        if cmd_name not in self.found:
            return None
        module, name, _ = self.found[cmd_name]
        command: click.Command = getattr(_imported(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands. Importing all of them for their first sentences would take two seconds."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.says) for name, command in self.found.items()])


def _imported(module: str) -> ModuleType:
    """Import it with the garbage collector off, which took a tenth of a short command's time: modules stay anyway."""
    if module in sys.modules:
        return sys.modules[module]
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        gc.enable()
