"""What `koppeling` runs: until the command line is there, Ctrl-C ends the process silently, as it does any other's."""

from signal import SIG_DFL, SIGINT, default_int_handler, getsignal, signal


def main() -> None:
    """Run what was typed; from then on Ctrl-C is the command's to answer."""
    answering = getsignal(SIGINT)
    if answering is default_int_handler:  # a shell has what it runs in the background ignore it
        signal(SIGINT, SIG_DFL)
    from ops.cli import main as command_line  # noqa: PLC0415  the import is what takes long

    signal(SIGINT, answering)
    command_line()
