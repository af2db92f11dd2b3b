"""`koppeling audit`: whether what always holds does hold, on a system that runs."""

import asyncio
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click
from pydantic import TypeAdapter, ValidationError

from ops.administrator import VARIABLE, admin_url, database_option
from ops.audit.errors import AuditError
from ops.audit.evidence import SubmittedForm
from ops.audit.judge import judge
from ops.audit.parties import parties
from ops.audit.read import RECORDS_MAX, Sources, read_evidence
from ops.audit.report import AuditView, report_lines, view
from ops.destination import KAFKA_VARIABLE
from ops.output import print_json
from ops.submit import Submission
from sandbox.endpoints import read_endpoints
from sandbox.errors import NotRunningError
from sandbox.settings import DEFAULT_STATE
from sandbox.state_directory import StateDirectory
from schemas.flow import SERVICES

DEADLINE_S = 120.0
FINDINGS_MAX = 20

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@database_option
@click.option("--json", "as_json", is_flag=True, help="For programs; every finding.")
@click.option("--at-rest", is_flag=True, help="Nothing is under way: what has not ended counts.")
@click.option(
    "--records", type=click.IntRange(min=100), default=RECORDS_MAX, show_default=True,
    help="Read at most so many, and rows of a table: the newest, when there are more.",
)  # fmt: skip
@click.option("--mailbox", type=_FOLDER, help="What the mail server accepted: .eml files.  [default: the sandbox's]")
@click.option("--keylane", type=_FILE, help="Keylane's own record.  [default: the sandbox's]")
@click.option("--submitted", type=_FILE, help="What `koppeling submit --json` printed.")
@click.option("--logs", type=_FOLDER, help="The services' logs, NAME*.log.  [default: the sandbox's]")
def audit(  # noqa: PLR0913  one argument for each option
    state: Path | None,
    *,
    as_json: bool,
    at_rest: bool,
    records: int,
    mailbox: Path | None,
    keylane: Path | None,
    submitted: Path | None,
    logs: Path | None,
) -> None:
    """Check I1 to I11 (ARCHITECTURE.md) on what Kafka and Postgres hold now.

    Reads only, joins no group, and says what it could decide in part. Ends with 1 when something is wrong. What is
    under way is passed over; what happens while it reads raises no alarm.
    """
    own = _sandbox(state)
    sources = Sources(
        bootstrap_servers=read_endpoints(own).kafka.bootstrap_servers if own else os.environ[KAFKA_VARIABLE],
        postgres_url=admin_url(state),
        parties=parties(),
        mailbox=mailbox or (own.mailbox if own else None),
        keylane=keylane or (own.keylane / "record.sqlite" if own else None),
        submitted=tuple(_submitted(submitted)) if submitted else None,
        logs=_logs(logs or (own.logs if own else None)),
    )
    found = _audit(sources, at_rest=at_rest, records_max=records)
    if as_json:
        print_json(found)
    else:
        for line in report_lines(found, FINDINGS_MAX):
            click.echo(line)
    sys.exit(1 if found.findings else 0)


def _audit(sources: Sources, *, at_rest: bool, records_max: int) -> AuditView:
    async def read() -> AuditView:
        now = datetime.now(UTC)
        async with asyncio.timeout(DEADLINE_S):
            evidence = await read_evidence(sources, now=now, records_max=records_max, report=_tell)
        return view(evidence, judge(evidence, at_rest=at_rest))

    try:
        return asyncio.run(read())
    except AuditError as error:
        raise click.ClickException(str(error)) from None
    except TimeoutError:
        raise click.ClickException(f"not read within {DEADLINE_S:g} s: ask for less (--records)") from None


def _tell(line: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"{line} ...", err=True)


def _sandbox(state: Path | None) -> StateDirectory | None:
    """The sandbox that is looked at; None when both variables name another system. Half of one is none."""
    named = [name for name in (VARIABLE, KAFKA_VARIABLE) if os.environ.get(name)] if state is None else []
    if len(named) == 1:
        raise click.UsageError(f"{named[0]} is set: an audit of that system needs {VARIABLE} and {KAFKA_VARIABLE}")
    if named:
        return None
    directory = StateDirectory((state or DEFAULT_STATE).resolve())
    try:
        read_endpoints(directory)
    except NotRunningError as nothing:
        raise click.ClickException(f"{nothing}; or set {VARIABLE} and {KAFKA_VARIABLE}") from None
    return directory


def _logs(folder: Path | None) -> tuple[Path, ...] | None:
    if folder is None:
        return None
    return tuple(sorted(file for stage in SERVICES for file in folder.glob(f"{stage.name}*.log")))


def _submitted(file: Path) -> Iterable[SubmittedForm]:
    try:
        submission = TypeAdapter(Submission).validate_json(file.read_bytes())
    except ValidationError:
        raise click.BadParameter(
            f"{file} is not what `koppeling submit --json` prints", param_hint="--submitted"
        ) from None
    return (SubmittedForm(one.registration) for one in submission.submitted)
