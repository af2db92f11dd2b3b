"""A table of registrations: reference, company, package, stage, age.

Written by hand, as a library for tables took a fifth of the time of `koppeling status`; only the demo needs one.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import click
from rich.cells import cell_len, set_cell_size

from ops.story.listed import ListedRegistration
from ops.terminal.age import age
from ops.terminal.output import COLUMNS
from services.monitor.stage import Stage

_NAME_COLUMNS_MIN, _STAGE_COLUMNS_MAX = len("company"), 21
_REFERENCE_COLUMNS, _PACKAGE_COLUMNS, _AGE_COLUMNS = 11, 7, 6
_OTHER_COLUMNS = _REFERENCE_COLUMNS + _PACKAGE_COLUMNS + _AGE_COLUMNS + 4 * len("  ")
_ONE_LINE_COLUMNS_MIN = 60
_COLOURS = {
    Stage.REALISED: "green",
    Stage.REJECTED: "yellow",
    Stage.REFUSED: "yellow",
    Stage.CUSTOMER_ACTION_NEEDED: "magenta",
    Stage.AWAITING_POLICY: "cyan",
}


def registration_lines(listed: Sequence[ListedRegistration], now: datetime, columns: int = COLUMNS) -> Iterator[str]:
    """A heading and a line for each registration, at most 80 columns wide; long names are cut off.

    In a terminal of fewer than 60 columns each registration has two lines. `age` is the time since the stage was
    reached. Lines have colours, which `click.echo` leaves out of files and pipes.
    """
    stages = min(_STAGE_COLUMNS_MAX, max([len("stage"), *(len(one.stage_words) for one in listed)]))
    longest = max((cell_len(one.company_name or "") for one in listed), default=0)
    room = min(columns, COLUMNS) - _OTHER_COLUMNS - stages
    width = max(_NAME_COLUMNS_MIN, min(room, longest))
    narrow = columns < _ONE_LINE_COLUMNS_MIN
    heading = ("reference", "company", "package", "stage".ljust(stages), "age")
    for line in _lines(heading, columns if narrow else width, narrow=narrow):
        yield click.style(line, bold=True)
    for one in listed:
        colour = "red" if one.unusual else _COLOURS.get(one.standing.stage)
        stage = click.style(_cell(one.stage_words, stages), fg=colour)
        values = (one.reference, one.company_name or "-", one.package or "-", stage, age(now - one.standing.since))
        yield from _lines(values, columns if narrow else width, narrow=narrow)


def _lines(values: tuple[str, str, str, str, str], width: int, *, narrow: bool) -> Iterator[str]:
    """The line, or two if `narrow`; `width` is that of the name, or of the lines if `narrow`."""
    reference, name, package, stage, since = values
    begin = f"{reference:<{_REFERENCE_COLUMNS}}  "
    end = f"{_cell(package, _PACKAGE_COLUMNS)}  {stage}  {since:>{_AGE_COLUMNS}}"
    if narrow:
        yield f"{begin}{_cell(name, width - len(begin)).rstrip()}"
        yield f"  {end}"
    else:
        yield f"{begin}{_cell(name, width)}  {end}"


def _cell(text: str, width: int) -> str:
    """The text in exactly `width` columns, with an ellipsis where it is cut off; some characters take two columns."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(f"{set_cell_size(text, width - 1).rstrip()}…", width)
