"""The entry point of `koppeling`: until the command line is imported, Ctrl-C ends the process silently."""

from signal import SIG_DFL, SIGINT, default_int_handler, getsignal, signal


def main() -> None:
    """Run what was typed; from then on the command itself handles Ctrl-C."""
    answering = getsignal(SIGINT)
    if answering is default_int_handler:  # a shell has what it runs in the background ignore it
        signal(SIGINT, SIG_DFL)
    from ops.cli import main as command_line  # noqa: PLC0415  the import is what takes long

    signal(SIGINT, answering)
    command_line()
