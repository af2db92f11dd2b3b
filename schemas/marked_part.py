"""A part of a document that is generated: it stands between two markers, and is checked for drift."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class NoMarkersError(ValueError):
    """The text has no opening marker with a closing one behind it."""


@dataclass(frozen=True, slots=True)
class MarkedPart:
    """What `python -m MODULE` keeps between `<!-- NAME -->` and `<!-- /NAME -->` in a file.

    `part` is the generated text, without a line end behind it.
    """

    module: str
    name: str
    part: str
    file: Path

    def put_into(self, text: str) -> str:
        """The text with the part between its markers, whatever stood there.

        Raises:
            NoMarkersError: nowhere to put it.
        """
        opens, closes = f"<!-- {self.name} -->", f"<!-- /{self.name} -->"
        before, _, rest = text.partition(opens)
        _, found, after = rest.partition(closes)
        if not found:
            raise NoMarkersError(f"needs a line {opens} and, below it, a line {closes}")
        return f"{before}{opens}\n{self.part}\n{closes}{after}"

    def main(self, arguments: Sequence[str] | None = None) -> int:
        """0 when the file shows the part as it is, 1 when it does not (with --check) or cannot."""
        parser = argparse.ArgumentParser(prog=f"python -m {self.module}", description=f"Keeps {self.name} up to date.")
        action = parser.add_mutually_exclusive_group(required=True)
        action.add_argument("--check", action="store_true", help="change nothing, exit 1 when the file is out of date")
        action.add_argument("--write", action="store_true")
        parser.add_argument("file", nargs="?", type=Path, default=self.file)
        chosen = parser.parse_args(arguments)
        try:
            text = chosen.file.read_text("utf-8")
            drawn = self.put_into(text)
        except (OSError, NoMarkersError) as error:
            sys.stderr.write(f"{chosen.file}: {error}\n")
            return 1
        if chosen.write and drawn != text:
            chosen.file.write_text(drawn, "utf-8")
        elif drawn != text:
            sys.stderr.write(f"{chosen.file}: {self.name} is out of date. Run python -m {self.module} --write.\n")
            return 1
        return 0
