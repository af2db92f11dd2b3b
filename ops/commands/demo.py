"""`koppeling demo`: from form to mail, on a fresh sandbox, before your eyes."""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from ops.audit.judge.verdict import Verdict
from ops.audit.of_sandbox import verdict_of
from ops.demonstration.cast import part
from ops.demonstration.confirmations import confirmations
from ops.demonstration.course import Course
from ops.demonstration.report import report_lines
from ops.demonstration.scenario import POLICIES, SCENARIOS
from ops.demonstration.screen import console, screen
from ops.servers.administrator import connected
from ops.servers.destination import published_keys
from sandbox.end_signals import end_when_told
from sandbox.errors import SandboxError
from sandbox.keylane.instruction import tell_keylane
from sandbox.mail_index import read_mailbox
from sandbox.remove import remove
from sandbox.running import ENDING, RunningSandbox, start
from sandbox.settings import SandboxSettings
from sandbox.state_directory import StateDirectory
from schemas.flow import MONITOR
from schemas.ids import reference
from services.enrichment.policies import load_file

KEYLANE_DELAY_S = 1.0
DEADLINE_S = 60.0


@click.command()
@click.option("--keep", is_flag=True, help="Leave the sandbox running, to look around.")
@click.option("--state", type=click.Path(file_okay=False, path_type=Path), help="An empty folder for the sandbox.")
def demo(state: Path | None, *, keep: bool) -> None:
    """Play through everything from form to mail, and end.

    It starts a fresh sandbox, registers the manuals' cases and some that go wrong, kills a service half-way, shows
    every hop, and finally audits the contents of Kafka, Postgres and the mailbox.
    """
    end_when_told()
    directory = _fresh(state)
    try:
        with _sandbox(directory, keep=keep) as sandbox:
            verdict, faults = asyncio.run(_perform(sandbox))
    except SandboxError as error:
        raise click.ClickException(str(error)) from None
    if keep:
        where = f"--state {directory.path}"
        click.echo(f"the sandbox goes on: `koppeling status {where}`, and `koppeling down {where}` ends it")
    for fault in [*faults, *(f"{finding.invariant} {finding.about}: {finding.what}" for finding in verdict.findings)]:
        click.echo(fault, err=True)
    click.echo(f"demo: {verdict.tally}")
    sys.exit(0 if verdict.tally.good and verdict.clean and not faults else 1)


def _fresh(state: Path | None) -> StateDirectory:
    if state is None:
        path = Path(tempfile.mkdtemp(prefix="koppeling-demo-"))
        path.chmod(0o711)
        return StateDirectory(path.resolve())
    if state.exists() and any(state.iterdir()):
        raise click.UsageError(f"{state} is not empty: the demo counts what it finds, so it needs a folder of its own")
    return StateDirectory(state.resolve())


@contextmanager
def _sandbox(directory: StateDirectory, *, keep: bool) -> Iterator[RunningSandbox]:
    settings = SandboxSettings(state=directory.path, keylane_delay_s=KEYLANE_DELAY_S, owned=not keep)
    kept = False
    try:
        click.echo("starting Kafka, Postgres, a mailbox, Keylane's simulator and the services")
        yield start(settings, report=_show_start)
        kept = keep
    finally:
        if not kept:
            remove(directory)


def _show_start(line: str) -> None:
    if line == ENDING:
        click.echo(line)
        return
    text = line.split(" ", 2)[-1]  # behind day and time
    if text.endswith(" s") and "is ready after" in text:
        click.echo(f"  {text}")


async def _perform(sandbox: RunningSandbox) -> tuple[Verdict, list[str]]:
    endpoints = sandbox.endpoints()
    click.echo(f"the live view, while this runs: {endpoints.health[MONITOR.name][0]}/")
    keys = published_keys(endpoints.keylane.jwks)
    parts = [part(scenario, keys) for scenario in SCENARIOS]
    for one in parts:
        click.echo(f"  {reference(one.registration)}  {one.scenario.shows}")
    tell_keylane(sandbox, {one.registration: one.scenario.keylane for one in parts if one.scenario.keylane})
    async with connected(endpoints.postgres.url) as database:
        await load_file(database, POLICIES)
        with screen(console(), datetime.now(UTC)) as shown:
            situation = await Course(sandbox, database, parts, shown).run(deadline_s=DEADLINE_S)
        rows = frozenset(await confirmations(database))
    verdict = await verdict_of(sandbox.state, [link for one in parts for link in one.expected])
    for line in report_lines(situation, read_mailbox(endpoints.mailbox), rows):
        click.echo(line)
    return verdict, situation.missing()
