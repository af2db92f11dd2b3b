"""`koppeling submit`: checks, seals and sends forms."""

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from joserfc.jwk import KeySet

from ops.forms.checked import Problem, ReadyForm, checked, problem
from ops.forms.file import Illegible, WrittenForm, read_files
from ops.forms.publishing import form_producer
from ops.servers.destination import KAFKA_VARIABLE, KEYS_VARIABLE, destination
from ops.servers.kafka_clients import UNPUBLISHED, named
from ops.terminal.output import print_json
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
    type=click.Path(file_okay=False, path_type=Path),
    help=f"The sandbox's state directory.  [default: {KAFKA_VARIABLE} and {KEYS_VARIABLE}, else {DEFAULT_STATE}]",
)
@click.option("--partial", is_flag=True, help="Send the valid forms although others are not.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def submit(files: tuple[str, ...], *, state: Path | None, partial: bool, as_json: bool) -> None:
    """Check forms, seal their secrets for Keylane, send them, and print each one's reference.

    FILES hold JSON, or NDJSON with a form on each line; - is standard input. When a form is not valid, all faults of
    all forms are named and nothing is sent.
    """
    goal = destination(state)
    ready, faults = sort_out(read_files(files), goal.keys)
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
    ready: dict[str, ReadyForm] = {}
    faults: list[Problem] = []
    with _progress("checking", len(written)) as advance:
        for one in written:
            found = checked(one, keys)
            if isinstance(found, tuple):
                faults += found
            elif ready.setdefault(found.registration, found).typed != found.typed:
                faults.append(problem(one.place, "submission_id", "SUBMISSION_ID_REUSED"))
            advance(1)
    return list(ready.values()), faults


def _send(access: KafkaAccess, forms: Sequence[ReadyForm]) -> None:
    async def send() -> None:
        with _progress("sending", len(forms)) as advance:
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


@contextmanager
def _progress(label: str, length: int) -> Iterator[Callable[[int], None]]:
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden) as bar:
        yield bar.update
