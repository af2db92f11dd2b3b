"""Where the demo draws: a terminal gets colours, everything else plain text."""

from rich.console import Console

from ops.terminal.output import line_width


def console() -> Console:
    """As wide as the terminal. What is typed by strangers is never read as markup."""
    found = Console(highlight=False, markup=False, emoji=False)
    return found if found.is_terminal else Console(highlight=False, markup=False, emoji=False, width=line_width())
