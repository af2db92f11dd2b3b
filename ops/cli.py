"""The command line `koppeling`: one module for each command, imported when it is used."""

from importlib import import_module

import click

COMMANDS = (
    "demo", "up", "down", "generate", "check", "submit", "policies",
    "processors", "status", "parked", "replay", "mails", "brake", "audit", "actions",
)  # fmt: skip
"""In the order of the help; the module `ops.NAME` holds the command NAME, or `ops.NAME.command` when it is large."""

_LARGE = frozenset({"parked", "replay", "mails", "audit"})


class Commands(click.Group):
    """Imports a command's module when it is used: no command pays for, or needs, what another one is made of."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, if there is one."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = f"ops.{cmd_name}.command" if cmd_name in _LARGE else f"ops.{cmd_name}"
        command: click.Command = getattr(import_module(module), cmd_name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Onboarding of payroll links, on Kafka and Postgres."""


if __name__ == "__main__":
    main()
