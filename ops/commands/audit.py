"""`koppeling audit`: checks the invariants on a running system."""

import asyncio
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from pydantic import TypeAdapter, ValidationError

from ops.audit.judge.evidence import SubmittedForm
from ops.audit.judge.verdict import judge
from ops.audit.of_sandbox import sources_of
from ops.audit.read import RECORDS_MAX, Sources, read_evidence
from ops.audit.report import AuditView, report_lines, view
from ops.forms.submission import Submission
from ops.servers.destination import KAFKA_VARIABLE, are_named, named_access, system_option
from ops.terminal.output import show
from ops.terminal.state_option import sandbox_or
from stream.environment import ADMIN_VARIABLE

DEADLINE_S = 120.0
FINDINGS_MAX = 20

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--at-rest", is_flag=True, help="Nothing is under way: anything that has not ended counts.")
@click.option(
    "--records", metavar="N", type=click.IntRange(min=10), default=RECORDS_MAX, show_default=True,
    help="At most so many records, and rows of a table: the newest, if there are more.",
)  # fmt: skip
@click.option("--mailbox", type=_FOLDER, help="What the mail server accepted: .eml files.  [default: the sandbox's]")
@click.option("--keylane", type=_FILE, help="Keylane's own record.  [default: the sandbox's]")
@click.option("--submitted", type=_FILE, multiple=True, help="What `koppeling submit --json` printed; may be repeated.")
@click.option("--logs", type=_FOLDER, help="The services' logs, *.log.  [default: the sandbox's]")
@click.option("--json", "as_json", is_flag=True, help="For programs; every finding.")
@system_option
def audit(  # noqa: PLR0913  one argument for each option
    state: Path | None,
    *,
    as_json: bool,
    at_rest: bool,
    records: int,
    mailbox: Path | None,
    keylane: Path | None,
    submitted: Sequence[Path],
    logs: Path | None,
) -> None:
    """Check invariants I1 to I11 (ARCHITECTURE.md) against the present contents of Kafka and Postgres.

    It only reads, joins no group, and says which invariants it could decide only in part. It ends with 1 if something
    is wrong. It ignores whatever is under way, or happens while it reads.
    """
    found = _sources(state)
    named = replace(
        found,
        mailbox=mailbox or found.mailbox,
        keylane=keylane or found.keylane,
        submitted=tuple(form for file in submitted for form in _submitted(file)) if submitted else None,
        logs=tuple(sorted(logs.glob("*.log"))) if logs else found.logs,
    )
    shown = _audit(named, at_rest=at_rest, records_max=records)
    show(shown, report_lines(shown, FINDINGS_MAX), as_json=as_json)
    sys.exit(1 if shown.findings else 0)


def _audit(sources: Sources, *, at_rest: bool, records_max: int) -> AuditView:
    async def read() -> AuditView:
        now = datetime.now(UTC)
        async with asyncio.timeout(DEADLINE_S):
            evidence = await read_evidence(sources, now=now, records_max=records_max, report=_tell)
        return view(evidence, judge(evidence, at_rest=at_rest))

    try:
        return asyncio.run(read())
    except TimeoutError:
        raise click.ClickException(f"not read within {DEADLINE_S:g} s: read less (--records)") from None


def _tell(line: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"{line} ...", err=True)


def _sources(state: Path | None) -> Sources:
    """The sandbox, or the system that both variables name; one variable alone would mix two systems."""
    if are_named(state, ADMIN_VARIABLE, KAFKA_VARIABLE):
        return Sources(named_access(), os.environ[ADMIN_VARIABLE])
    with sandbox_or(state, ADMIN_VARIABLE, KAFKA_VARIABLE) as sandbox:
        return sources_of(sandbox)


def _submitted(file: Path) -> Iterable[SubmittedForm]:
    try:
        submission = TypeAdapter(Submission).validate_json(file.read_bytes())
    except ValidationError:
        raise click.BadParameter(
            f"{file} is not what `koppeling submit --json` prints", param_hint="--submitted"
        ) from None
    return (SubmittedForm(one.registration) for one in submission.submitted)
