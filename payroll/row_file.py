"""A file that somebody at a.s.r. writes: a CSV with a header, accepted as a whole or not at all."""

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from payroll.fault import FieldError

FAULTS_MAX = 100
_TOO_MANY = "too many"
_SEPARATORS = ",;\t"

Row = TypeVar("Row")
Columns = Mapping[str, Callable[[str], Any]]
"""By each column's name, the function that reads its text; it raises FieldError or ColumnError."""


class ColumnError(ValueError):
    """A text is not what its column needs. The message says what it is not, and never quotes it."""


class RowFileError(ValueError):
    """The file cannot be accepted. The message names every faulty line, its columns and why, and never a value."""


class Compared(NamedTuple):
    """A file's rows compared with the stored ones: how many are new, changed and the same; and what needs a look."""

    new: int
    changed: int
    same: int
    remarks: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether loading the file would change anything."""
        return bool(self.new or self.changed)

    def counts(self) -> dict[str, int]:
        """The three numbers, as they go on record."""
        return {"new": self.new, "changed": self.changed, "same": self.same}


def lines_of(path: Path) -> Iterator[str]:
    """The file's lines one by one, up to the first that is not UTF-8: for that one it raises RowFileError."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
        for number, line in enumerate(lines, 1):
            try:
                line.encode()
            except UnicodeError as error:
                raise RowFileError(f"line {number}: not in UTF-8; save the file as CSV in UTF-8") from error
            yield line


def read_rows(lines: Iterable[str], columns: Columns, row: Callable[..., Row], key: Collection[str]) -> list[Row]:
    """The file's rows, at least one, without repeats: each is `row` called with the values of `columns`, by name.

    Other columns are ignored. The separator is whichever the header has most of: a Dutch Excel writes semicolons.

    Raises:
        RowFileError: the file is no CSV, lacks a column, has no row, has faulty lines (at most a hundred are named), or
            has two different rows with the same values in the columns of `key`.
    """
    rest = iter(lines)
    names = next(rest, "")
    separator = max(_SEPARATORS, key=names.count)
    reader = csv.DictReader(chain((names,), rest), delimiter=separator, restkey=_TOO_MANY, restval="", strict=True)
    rows: dict[object, Row] = {}
    faults = []
    read_to = 0
    try:
        _check_header(reader.fieldnames or (), columns)
        read_to = reader.line_num
        for typed in reader:
            read_to = reader.line_num
            if _is_blank(typed):
                continue
            try:
                values = _values(typed, columns)
                one = row(**values)
                if one != rows.setdefault(tuple(values[name] for name in key), one):
                    raise RowFileError(f"an earlier line has another row for the same {', '.join(key)}")  # noqa: TRY301
            except RowFileError as error:
                faults.append(f"line {read_to}: {error}")
    except csv.Error as error:
        # A quote that is never closed swallows the rest of the file: the line where its row begins is the one to name.
        raise RowFileError(f"line {read_to + 1}: not readable as CSV ({error}); look at its quotes") from error
    if faults:
        more = [f"and {len(faults) - FAULTS_MAX} more"] if len(faults) > FAULTS_MAX else []
        raise RowFileError("\n".join([*faults[:FAULTS_MAX], *more]))
    if not rows:
        raise RowFileError("no line stands below the one with the columns' names")
    return list(rows.values())


def _is_blank(typed: Mapping[str, Any]) -> bool:
    """Whether all cells are empty: Excel writes an emptied row as nothing but separators."""
    return not any("".join(text).strip() for text in typed.values())


def _check_header(names: Sequence[str], columns: Columns) -> None:
    if missing := [name for name in columns if name not in names]:
        raise RowFileError(f"line 1: missing columns {', '.join(missing)}")
    if double := [name for name in columns if names.count(name) > 1]:
        raise RowFileError(f"line 1: columns that stand twice: {', '.join(double)}")


def _values(typed: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    if _TOO_MANY in typed:
        raise RowFileError("more values than columns: one with a separator in it needs quotes")
    values, wrong = {}, []
    for name, rule in columns.items():
        text = typed[name].strip()
        try:
            values[name] = rule(text)
        except (FieldError, ColumnError) as error:
            wrong.append(f"{name} ({error if text else 'empty'})")
    if wrong:
        raise RowFileError(f"wrong {', '.join(wrong)}")
    return values
