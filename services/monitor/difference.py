"""Where the view and Postgres differ about a registration, and since when. Pure.

Both lag behind the topics, each by its own time, so registrations under way always differ for a moment. Only a
difference that lasts matters.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from schemas.ids import reference
from services.monitor.stage import Stage

UNANSWERED = frozenset({Stage.SUBMITTED, Stage.PASSED_ON})
"""Stages that a form alone leads to. The timeline reads no forms, so there it is as if nothing were known."""
EXAMPLES_MAX = 3


class Difference(NamedTuple):
    """One registration stands at `here` in the view and at `there` in Postgres; None: it is not there."""

    here: Stage | None
    there: Stage | None
    since_ms: int


class Row(NamedTuple):
    """All registrations with the same difference, the oldest since `since_ms`; some of their references."""

    here: Stage | None
    there: Stage | None
    registrations: int
    since_ms: int
    references: tuple[str, ...]


class Reconciled(NamedTuple):
    """What came of comparing.

    The last time that everything was compared ended at `whole_at_ms`: it covered `compared` registrations. Postgres
    gives no answer since `silent_since_ms`, None: it does. `rows` are the differences that last, the longest first.
    """

    compared: int = 0
    whole_at_ms: int | None = None
    silent_since_ms: int | None = None
    rows: tuple[Row, ...] = ()


def compared(
    before: Mapping[str, Difference], stages: Iterable[tuple[str, Stage | None, Stage | None]], now_ms: int
) -> dict[str, Difference]:
    """The differences after these stages (registration, here, there) were compared.

    A registration that differs again keeps its `since_ms`, even if it differs otherwise now. Those just compared come
    last.
    """
    after = dict(before)
    for registration, here, there in stages:
        known = after.pop(registration, None)
        if _answered(here) != _answered(there):
            after[registration] = Difference(here, there, known.since_ms if known else now_ms)
    return after


def rows(differences: Mapping[str, Difference], lasting_ms: int, now_ms: int) -> tuple[Row, ...]:
    """The differences that have lasted for so long, with equal ones in one row."""
    oldest = sorted(differences.items(), key=lambda item: item[1].since_ms)
    together: dict[tuple[Stage | None, Stage | None], list[tuple[str, int]]] = {}
    for registration, (here, there, since_ms) in oldest:
        if since_ms + lasting_ms <= now_ms:
            together.setdefault((here, there), []).append((registration, since_ms))
    return tuple(
        Row(here, there, len(found), found[0][1], tuple(reference(one) for one, _ in found[:EXAMPLES_MAX]))
        for (here, there), found in together.items()
    )


def _answered(stage: Stage | None) -> Stage | None:
    return None if stage in UNANSWERED else stage
