"""Shows what happens in the demo: in a table that is refreshed on a terminal, or else in a line for each change."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias

import click
from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ops.story.registration_view import RegistrationView
from ops.story.table import registration_lines
from ops.terminal.output import line_width, shorten

BAR_COLUMNS = 40
PACKAGE_COLUMNS = 7
REFRESHES_PER_S = 8


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything to be shown at one moment; `realised` of `expected` connections."""

    now: datetime
    views: Sequence[RegistrationView]
    realised: int
    expected: int


def console() -> Console:
    """A console as wide as the terminal, in colour on one. Text from outside is never interpreted as markup."""
    found = Console(highlight=False, markup=False, emoji=False)
    return found if found.is_terminal else Console(highlight=False, markup=False, emoji=False, width=line_width())


@contextmanager
def screen(console: Console, started_at: datetime) -> Iterator["Screen"]:
    """The table on a terminal; lines where there is none, under CI, and where NO_COLOR asks for plain text."""
    if not console.is_terminal or "NO_COLOR" in os.environ or "CI" in os.environ:
        yield LineScreen(started_at)
        return
    shown = LiveScreen(console)
    with shown.live:
        yield shown


class LineScreen:
    """One line for each stage that a registration reached and each mail that went out, by time."""

    def __init__(self, started_at: datetime) -> None:
        self._started_at = started_at
        self._shown: set[str] = set()

    def note(self, text: str) -> None:
        """Print a line."""
        click.echo(f"    -- {text}")

    def show(self, scene: Scene) -> None:
        """Print the lines that were not shown yet."""
        changes = [change for view in scene.views for change in _changes(view)]
        for change in sorted(changes, key=lambda change: change.at):
            if change.name not in self._shown:
                self._shown.add(change.name)
                click.echo(self._line(change))

    def _line(self, change: "_Change") -> str:
        elapsed_s = max((change.at - self._started_at).total_seconds(), 0)
        view = change.view
        package, company = shorten(view.package or "-", PACKAGE_COLUMNS), view.company_name or "-"
        return shorten(
            f"{elapsed_s:5.1f} s  {view.reference}  {package:<{PACKAGE_COLUMNS}}  {change.what:<27}  {company}"
        )


class _Change(NamedTuple):
    """A change to show; `name` identifies it."""

    at: datetime
    name: str
    what: str
    view: RegistrationView


def _changes(view: RegistrationView) -> list[_Change]:
    stages = [_Change(one.since, f"{view.reference} {one.stage}", one.stage.words, view) for one in view.trail]
    mails = [
        _Change(mail.at, f"{view.reference} {mail.kind} {mail.occasion}", f"mail {mail.kind}", view)
        for mail in view.mails
        if mail.status != "planned"
    ]
    return [*stages, *mails]


class LiveScreen:
    """A table of registrations and a bar, refreshed while in `live`, below notes on what was done from outside."""

    def __init__(self, console: Console) -> None:
        self._scene: Scene | None = None
        self._columns = console.width
        self.live = Live(console=console, refresh_per_second=REFRESHES_PER_S, get_renderable=self._render)

    def note(self, text: str) -> None:
        """Add a line above the table: what does not fit below it on a terminal of 24 lines would be cut off."""
        self.live.console.print(Text(text, style="dim"))

    def show(self, scene: Scene) -> None:
        """Show this at the next refresh."""
        self._scene = scene

    def _render(self) -> Group:
        if self._scene is None:
            return Group()
        scene = self._scene
        bar = Table.grid(padding=(0, 2))
        bar.add_row(
            ProgressBar(total=scene.expected, completed=scene.realised, width=BAR_COLUMNS),
            f"{scene.realised} of {scene.expected} connections realised",
        )
        lines = registration_lines([view.listed for view in scene.views], scene.now, self._columns)
        table = Text.from_ansi("\n".join(lines), no_wrap=True, overflow="ellipsis")
        return Group(table, Text(), bar)


Screen: TypeAlias = LineScreen | LiveScreen
