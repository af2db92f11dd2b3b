"""A group of commands whose help has each command's whole first sentence: click would cut it off at the line's end."""

import click

_WHOLE = 1_000


class CommandGroup(click.Group):
    """The group of one command's subcommands."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, in the order in which they were added."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(_WHOLE)) for name, command in self.commands.items()])
