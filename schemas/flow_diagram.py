"""Keeps the README's picture of the flow as `flow.py` has it: `python -m schemas.flow_diagram --check` or `--write`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .flow import diagram

OPENS, CLOSES = "<!-- flow -->", "<!-- /flow -->"


class NoMarkersError(ValueError):
    """The text has no `<!-- flow -->` with a `<!-- /flow -->` behind it."""


def with_diagram(text: str) -> str:
    """The text with the flow's diagram between its markers, whatever stood there.

    Raises:
        NoMarkersError: nowhere to put it.
    """
    before, opens, rest = text.partition(OPENS)
    _, closes, after = rest.partition(CLOSES)
    if not closes:
        raise NoMarkersError(f"needs a line {OPENS} and, below it, a line {CLOSES}")
    return f"{before}{opens}\n```mermaid\n{diagram()}\n```\n{closes}{after}"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the file shows the flow as it is, 1 when it does not (with --check) or cannot."""
    parser = argparse.ArgumentParser(prog="python -m schemas.flow_diagram", description=__doc__)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument(
        "--check", action="store_true", help="change nothing, exit 1 when the diagram is not the flow's"
    )
    action.add_argument("--write", action="store_true")
    parser.add_argument("file", nargs="?", type=Path, default=Path("README.md"))
    chosen = parser.parse_args(arguments)
    try:
        text = chosen.file.read_text()
        drawn = with_diagram(text)
    except (OSError, NoMarkersError) as error:
        sys.stderr.write(f"{chosen.file}: {error}\n")
        return 1
    if chosen.write and drawn != text:
        chosen.file.write_text(drawn)
    elif drawn != text:
        sys.stderr.write(f"{chosen.file}: the flow has changed. Run python -m schemas.flow_diagram --write.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
