"""Registrations one below the other: reference, company, package, stage, age."""

from collections.abc import Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from ops.age import age
from ops.registration import RegistrationView
from ops.stage import Stage

_STYLES = {
    Stage.REALISED: "green",
    Stage.REJECTED: "yellow",
    Stage.REFUSED: "yellow",
    Stage.CUSTOMER_ACTION_NEEDED: "magenta",
    Stage.AWAITING_POLICY: "cyan",
}


def registration_table(views: Sequence[RegistrationView], now: datetime) -> Table:
    """A table that fits into 80 columns by cutting off company names; `age` is the time since the stage was reached."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("reference", no_wrap=True, min_width=11)
    table.add_column("company", no_wrap=True, overflow="ellipsis")
    table.add_column("package", no_wrap=True, min_width=7)
    table.add_column("stage", no_wrap=True, min_width=21)
    table.add_column("age", no_wrap=True, justify="right", min_width=6)
    for view in views:
        table.add_row(
            view.reference,
            Text(view.company_name or "-"),
            view.package or "-",
            _stage(view),
            age(now - view.since),
        )
    return table


def stage_words(view: RegistrationView) -> str:
    """The stage, and what is unusual about it."""
    remarks = [view.stage.words]
    if view.blocked:
        remarks.append("parked")
    if view.overdue:
        remarks.append("overdue")
    return ", ".join(remarks)


def _stage(view: RegistrationView) -> Text:
    unusual = view.blocked or view.overdue
    return Text(stage_words(view), style="red" if unusual else _STYLES.get(view.stage, ""))
