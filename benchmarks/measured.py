"""What benchmarks share: a sandbox of their own, lines about their progress, and commands as one types them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from benchmarks.errors import BenchmarkError
from sandbox.end_signals import end_when_told
from sandbox.errors import SandboxError
from sandbox.running import RunningSandbox
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox

EVERYTHING = SandboxSettings(fast_mail=True, keylane_delay_s=0)
"""All services, a mailbox that costs little, and a Keylane that answers at once."""


@contextmanager
def measured(settings: SandboxSettings = EVERYTHING) -> Iterator[RunningSandbox]:
    """A sandbox for the length of the block. What keeps it from being measured is told in a line, and ends with 1."""
    end_when_told()
    try:
        report("starting Kafka, Postgres, a mailbox and what else is measured")
        with throwaway_sandbox(settings) as sandbox:
            yield sandbox
            report("cleaning up")
    except (BenchmarkError, SandboxError) as error:
        raise click.ClickException(str(error)) from None


def report(line: str) -> None:
    """Tell what goes on now."""
    click.echo(f"{line} ...", err=True)


def koppeling(sandbox: RunningSandbox, *words: str) -> tuple[str, ...]:
    """A command for this sandbox, as a process is started."""
    return (sys.executable, "-m", "ops.cli", *words, "--state", str(sandbox.state.path))
