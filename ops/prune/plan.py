"""What pruning a journal would do, in numbers and words. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ops.service_state.kept import KEPT
from ops.terminal.age import moment
from ops.terminal.counted import counted, size
from ops.terminal.output import wrapped
from ops.terminal.view import View

CLOCKS_APART = timedelta(days=1)
"""What is allowed for the difference between our own clocks."""


class JournalPlan(View):
    """The plan for one service's journal: `to_go` of its `rows` are older than `before`, and nothing needs them.

    `pruned_up_to` is how far it was pruned so far. `oldest_left` is None where nothing would be left.
    """

    service: str
    before: datetime
    rows: int
    to_go: int
    oldest_left: datetime | None
    journal_bytes: int
    pruned_up_to: datetime | None


def line_at(now: datetime, horizon: timedelta) -> datetime:
    """The moment before which everything is beyond the horizon, whichever of our clocks dated it."""
    return now - horizon - CLOCKS_APART


def what_is_too_short(horizon: timedelta) -> str | None:
    """Why a journal may not be pruned by this horizon, which is too short; None where it may."""
    kept = max(KEPT.values())
    if horizon > kept:
        return None
    return (
        f"there are topics that are kept for {kept.days} days, and what a topic still holds must be in the journal: "
        "the horizon has to be longer than that"
    )


def plan_lines(plan: JournalPlan) -> Iterator[str]:
    """A few lines for the terminal."""
    yield f"{plan.service}: {counted(plan.rows, 'row')}, {size(plan.journal_bytes)}"
    would_go = f"{plan.to_go:,} from before {moment(plan.before)} would go"
    left = f", the oldest left would be of {moment(plan.oldest_left)}" if plan.oldest_left else ""
    yield from wrapped(would_go + left, "  ", "  ")
    if plan.pruned_up_to is not None:
        yield from wrapped(f"was pruned up to {moment(plan.pruned_up_to)}", "  ", "  ")
