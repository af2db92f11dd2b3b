"""`koppeling up`: starts the sandbox and leaves it running."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from ops.terminal.state_option import state_option
from sandbox.end_signals import end_when_told
from sandbox.endpoints import Endpoints
from sandbox.errors import SandboxError
from sandbox.running import refuse_without_packages, start
from sandbox.settings import SandboxSettings
from schemas.flow import KEYLANE, MONITOR, SERVICE_NAMES

CONFIGURED = (*SERVICE_NAMES, MONITOR.name, KEYLANE.name)


@click.command()
@click.option("--foreground", is_flag=True, help="Stay here; end with Ctrl-C or the terminal.")
@click.option("--scale", multiple=True, metavar="NAME=N", help="N workers of a service; may be repeated.")
@click.option(
    "--without",
    metavar="SERVICE",
    multiple=True,
    type=click.Choice(SERVICE_NAMES),
    help="A service to leave out; may be repeated.",
)
@click.option(
    "--kafka-nodes",
    metavar="N",
    type=click.IntRange(1, 5),
    default=1,
    show_default=True,
    help="Brokers; with three, three copies of each record.",
)
@click.option(
    "--policies",
    type=click.Path(exists=True, dir_okay=False, resolve_path=True, path_type=Path),
    help="a.s.r.'s policies (CSV).  [default: those of the employers that `generate` makes up]",
)
@click.option(
    "--env", multiple=True, metavar="NAME:VARIABLE=VALUE", help="A variable for one service; may be repeated."
)
@state_option
def up(  # noqa: PLR0913  one argument for each option
    state: Path,
    *,
    foreground: bool,
    scale: tuple[str, ...],
    without: tuple[str, ...],
    kafka_nodes: int,
    policies: Path | None,
    env: tuple[str, ...],
) -> None:
    """Start Kafka, Postgres, the mailbox, the simulators and all services, supervised."""
    settings = SandboxSettings(
        state=state,
        scale=dict(_scale(scale)),
        without=without,
        kafka_nodes=kafka_nodes,
        policies=policies,
        environment=_environment(env),
        owned=foreground,
    )
    if policies is not None:
        _check_policies(policies)
    try:
        if foreground:
            refuse_without_packages()
            from sandbox.run import run  # noqa: PLC0415  the help must not need what the sandbox is made of

            sys.exit(run(settings))
        end_when_told()
        sandbox = start(settings, report=click.echo)
    except SandboxError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    click.echo(_table(sandbox.endpoints()))
    click.echo(f"logs: {sandbox.state.logs}")


def _check_policies(file: Path) -> None:
    """Find faults in the file now; otherwise they would be found only when everything runs."""
    # Most sandboxes are started without a file of their own.
    from ops.asr.file_import import faults_named  # noqa: PLC0415
    from services.enrichment.policies import read_file  # noqa: PLC0415

    with faults_named(file):
        read_file(file)


def _scale(options: Iterable[str]) -> Iterable[tuple[str, int]]:
    for option in options:
        name, _, count = option.partition("=")
        if name not in SERVICE_NAMES or not count.isdecimal() or int(count) < 1:
            raise click.BadParameter(
                f"{option!r} is not NAME=N with N from 1 and NAME one of {', '.join(SERVICE_NAMES)}",
                param_hint="--scale",
            )
        yield name, int(count)


def _environment(options: Iterable[str]) -> dict[str, dict[str, str]]:
    environment: dict[str, dict[str, str]] = {}
    for option in options:
        name, colon, assignment = option.partition(":")
        variable, equals, value = assignment.partition("=")
        if not (colon and variable and equals) or name not in CONFIGURED:
            raise click.BadParameter(
                f"{option!r} is not NAME:VARIABLE=VALUE with NAME one of {', '.join(CONFIGURED)}", param_hint="--env"
            )
        environment.setdefault(name, {})[variable] = value
    return environment


def _table(endpoints: Endpoints) -> str:
    rows = [
        ("kafka", endpoints.kafka.bootstrap_servers),
        ("postgres", _without_password(endpoints.postgres.url)),
        ("smtp", f"{endpoints.smtp.host}:{endpoints.smtp.port}"),
        ("mailbox", str(endpoints.mailbox)),
        *((name, " ".join(urls)) for name, urls in sorted(endpoints.health.items())),
    ]
    return "\n".join(f"{name:<14} {where}" for name, where in rows)


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('@')[2]}"
