"""A group of commands that says of each its whole first sentence: click cuts it off where the line ends."""

import click

_WHOLE = 1_000


class CommandGroup(click.Group):
    """The group of what one command is made of."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of them, in the order in which they are written."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(_WHOLE)) for name, command in self.commands.items()])
