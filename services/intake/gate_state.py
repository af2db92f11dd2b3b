"""Whether a gate is open, and what is written to open it or to shut it."""

from collections.abc import Mapping

from stream.document import Document, DocumentKey, Gate
from stream.service import Case

Changes = dict[DocumentKey, Document]
Wanted = dict[str, bool]
"""For each gate whether it is to be open."""


def is_open(case: Case[None], key: str) -> bool:
    """Whether this gate stands open; one that nobody has written is shut."""
    found = case.documents.get(Gate, key)
    return found is not None and found.open


def opened_anew(*keys: str) -> Changes:
    """These gates, open: whoever waits for one wakes, also where it was open already."""
    return {Gate.at(key): Gate(open=True) for key in keys}


def as_wanted(case: Case[None], wanted: Mapping[str, bool]) -> Changes:
    """The gates, open or shut; one that is so already is left alone, since each writing wakes all who wait."""
    return {Gate.at(key): Gate(open=opens) for key, opens in wanted.items() if is_open(case, key) != opens}
