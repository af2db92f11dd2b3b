"""Checks forms, sends those without faults, and reports on each."""

import asyncio
from collections.abc import Sequence
from functools import partial

import click
from joserfc.jwk import KeySet

from ops.forms.checked import Problem, ReadyForm, checked, each_checked
from ops.forms.file import Illegible, WrittenForm
from ops.servers.event_publisher import event_publisher, said_now
from ops.servers.kafka_clients import UNPUBLISHED, named
from ops.terminal.progress import progress
from ops.terminal.view import View
from schemas.ids import reference
from stream.kafka_access import KafkaAccess


class Submitted(View):
    """A form that Kafka has acknowledged."""

    place: str
    reference: str
    registration: str


class Submission(View):
    """What became of all forms."""

    submitted: tuple[Submitted, ...]
    faults: tuple[Problem, ...]


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


def send(access: KafkaAccess, forms: Sequence[ReadyForm]) -> None:
    """Returns when Kafka has acknowledged every form; raises ClickException when it did not."""

    async def sending() -> None:
        events = (said_now(form.source, form.registration, form.event) for form in forms)
        with progress("sending", len(forms)) as advance:
            async with event_publisher(access) as publisher:
                await publisher.publish_all(events, advance)

    try:
        asyncio.run(sending())
    except UNPUBLISHED as error:
        raise click.ClickException(
            f"Kafka at {access.bootstrap} did not acknowledge every form ({named(error)}). "
            "Submit the same again when it answers: what has arrived counts once."
        ) from None


def submitted(form: ReadyForm) -> Submitted:
    """The report on a form that was sent."""
    return Submitted(place=form.place, reference=reference(form.registration), registration=form.registration)
