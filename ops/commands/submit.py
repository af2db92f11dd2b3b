"""`koppeling submit`: checks, seals and sends forms."""

import asyncio
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click
from joserfc.jwk import KeySet

from ops.forms.checked import Problem, ReadyForm, checked, each_checked
from ops.forms.file import Illegible, WrittenForm, read, texts_in
from ops.forms.publishing import form_producer
from ops.servers.destination import KAFKA_VARIABLE, KEYS_VARIABLE, destination
from ops.servers.kafka_clients import UNPUBLISHED, named
from ops.terminal.json_option import json_option
from ops.terminal.output import print_json
from ops.terminal.progress import progress
from ops.terminal.state_option import STATE_FOLDER
from ops.terminal.view import View
from sandbox.settings import DEFAULT_STATE
from schemas.ids import reference
from stream.kafka_access import KafkaAccess


class Submitted(View):
    """A form that Kafka has acknowledged."""

    place: str
    reference: str
    registration: str


class Submission(View):
    """What came of it, form by form."""

    submitted: tuple[Submitted, ...]
    faults: tuple[Problem, ...]


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--state",
    type=STATE_FOLDER,
    help=f"The sandbox's state directory.  [default: {KAFKA_VARIABLE} and {KEYS_VARIABLE}, else {DEFAULT_STATE}]",
)
@click.option("--partial", is_flag=True, help="Send the valid forms although others are not.")
@json_option
def submit(files: tuple[str, ...], *, state: Path | None, partial: bool, as_json: bool) -> None:
    """Check forms, seal their secrets for Keylane, send them, and print each one's reference.

    FILES hold JSON, or NDJSON with a form on each line; - is standard input. When a form is not valid, all faults of
    all forms are named and nothing is sent.
    """
    goal = destination(state)
    ready, faults = sort_out([read(text) for text in texts_in(files)], goal.keys)
    chosen = ready if partial or not faults else []
    if chosen:
        _send(goal.kafka, chosen)
    submission = Submission(submitted=tuple(map(_submitted, chosen)), faults=tuple(faults))
    if as_json:
        print_json(submission)
    else:
        _tell(submission)
    sys.exit(1 if faults else 0)


def sort_out(written: Sequence[WrittenForm | Illegible], keys: KeySet) -> tuple[list[ReadyForm], list[Problem]]:
    """The forms that may be sent, each once, and everything that is wrong with the others."""
    ready: list[ReadyForm] = []
    faults: list[Problem] = []
    with progress("checking", len(written)) as advance:
        for found in each_checked(written, partial(checked, keys=keys)):
            if isinstance(found, tuple):
                faults += found
            else:
                ready.append(found)
            advance(1)
    return ready, faults


def _send(access: KafkaAccess, forms: Sequence[ReadyForm]) -> None:
    async def send() -> None:
        with progress("sending", len(forms)) as advance:
            async with form_producer(access) as producer:
                await producer.publish(forms, advance)

    try:
        asyncio.run(send())
    except UNPUBLISHED as error:
        raise click.ClickException(
            f"Kafka at {access.bootstrap} did not acknowledge every form ({named(error)}). "
            "Submit the same again when it answers: what has arrived counts once."
        ) from None


def _submitted(form: ReadyForm) -> Submitted:
    return Submitted(place=form.place, reference=reference(form.registration), registration=form.registration)


def _tell(submission: Submission) -> None:
    for one in submission.submitted:
        click.echo(one.reference)
    for fault in submission.faults:
        click.echo(f"{fault.place}: {fault.field}: {fault.code}: {fault.message}", err=True)
    if submission.faults:
        wrong = len({fault.place for fault in submission.faults})
        sent = len(submission.submitted)
        click.echo(f"{wrong} not valid, {sent or 'nothing'} sent", err=True)
