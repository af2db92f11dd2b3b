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
    """A table of at most 80 columns, long names cut off; `age` is the time since the stage was reached."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("reference", no_wrap=True, width=11)
    table.add_column("company", no_wrap=True, overflow="ellipsis", max_width=27)
    table.add_column("package", no_wrap=True, width=7)
    table.add_column("stage", no_wrap=True, overflow="ellipsis", width=21)
    table.add_column("age", no_wrap=True, justify="right", width=6)
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
    """The stage, behind what is unusual about it."""
    unusual = [word for word, so in (("parked", view.blocked), ("overdue", view.overdue)) if so]
    return f"{', '.join(unusual)}: {view.stage.words}" if unusual else view.stage.words


def _stage(view: RegistrationView) -> Text:
    unusual = view.blocked or view.overdue
    return Text(stage_words(view), style="red" if unusual else _STYLES.get(view.stage, ""))
