"""A group of commands of which each is imported when it is used."""

import gc
import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple

import click


class Command(NamedTuple):
    """Where a command is found, and what its own help says first: to list it nothing is imported."""

    module: str
    name: str
    says: str


class LazyGroup(click.Group):
    """Imports a command's module when it is used: no command pays for, or needs, what another one is made of."""

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
        """The list of them. Importing every command for its first sentence would make the help wait two seconds."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.says) for name, command in self.found.items()])


def _imported(module: str) -> ModuleType:
    """What is imported stays: the collector, looking through it meanwhile, took a tenth of a short command's time."""
    if module in sys.modules:
        return sys.modules[module]
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        gc.enable()
