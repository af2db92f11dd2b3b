"""`koppeling submit`: checks, seals and sends forms."""

import sys
from pathlib import Path

import click

from ops.forms.file import read, texts_in
from ops.forms.submission import Submission, send, sort_out, submitted
from ops.servers.destination import KAFKA_VARIABLE, KEYS_VARIABLE, destination
from ops.terminal.output import json_option, print_json
from ops.terminal.state_option import state_option_or


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--partial", is_flag=True, help="Send the valid forms even if others are invalid.")
@json_option
@state_option_or(KAFKA_VARIABLE, KEYS_VARIABLE)
def submit(files: tuple[str, ...], *, state: Path | None, partial: bool, as_json: bool) -> None:
    """Check forms, seal their secrets for Keylane, send them, and print each one's reference.

    FILES hold JSON, or NDJSON with a form on each line; - is standard input. If any form is invalid, all faults of all
    forms are named and nothing is sent.
    """
    kafka, keys = destination(state)
    ready, faults = sort_out([read(text) for text in texts_in(files)], keys)
    chosen = ready if partial or not faults else []
    if chosen:
        send(kafka, chosen)
    submission = Submission(submitted=tuple(map(submitted, chosen)), faults=tuple(faults))
    if as_json:
        print_json(submission)
    else:
        _tell(submission)
    sys.exit(1 if faults else 0)


def _tell(submission: Submission) -> None:
    for one in submission.submitted:
        click.echo(one.reference)
    for fault in submission.faults:
        click.echo(f"{fault.place}: {fault.field}: {fault.code}: {fault.message}", err=True)
    if submission.faults:
        wrong = len({fault.place for fault in submission.faults})
        sent = len(submission.submitted)
        click.echo(f"{wrong} not valid, {sent or 'nothing'} sent", err=True)
