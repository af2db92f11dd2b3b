"""Records and publishes what a.s.r.'s back office decides about a processor."""

import shlex
from datetime import UTC, datetime
from pathlib import Path

import click

from ops.actions.action import Change, Deed, record_actions
from ops.actions.applying import NOT_APPLIED
from ops.actions.looking_at import record_look, shown_registration
from ops.asr.processor import TO_REVIEW, ProcessorView, processor_lines, processor_of
from ops.asr.registered_by import decline_lines
from ops.servers.administrator import admin_url, changing, looking
from ops.servers.destination import kafka_access
from ops.servers.event_publisher import event_publisher, said_now
from ops.servers.kafka_clients import UNPUBLISHED, named
from ops.terminal.output import say
from schemas.events import ProcessorReviewed
from schemas.events.processor_reviewed import Verdict
from schemas.flow import INTAKE
from stream.kafka_access import KafkaAccess

SOURCE = "urn:salariskoppeling:back-office"

_DEEDS: dict[Verdict, Deed] = {"confirmed": Deed.CONFIRM_PROCESSOR, "declined": Deed.DECLINE_PROCESSOR}


async def review_processor(
    state: Path | None, quoted: str, verdict: Verdict, *, name: str | None, why: str | None
) -> None:
    """Show the processor; carry the review out when there is a reason and it still has that name, if one is given."""
    url = admin_url(state)
    async with looking(url) as database:
        processor = await processor_of(database, quoted)
    await record_look(url, shown_registration("processors", processor.registration), why or TO_REVIEW)
    click.echo("\n".join(processor_lines(processor)))
    if name not in (None, processor.company_name):
        raise click.ClickException("its name has changed: review it as shown here")
    if processor.review == verdict:
        raise click.ClickException(f"it is {verdict} already")
    if why is None:
        if verdict == "declined":
            async with looking(url) as database:
                click.echo("\n".join(await decline_lines(database, processor)))
        click.echo(f"it would be {verdict}")
        click.echo(f"to do so only while it has this name, add --name {shlex.quote(processor.company_name)}")
        say(NOT_APPLIED)
        return
    access = kafka_access(state)
    async with changing(url) as database:
        before, after = ({"review": said} for said in (processor.review, verdict))
        change = Change(INTAKE.name, processor.reference, processor.registration, before, after)
        await record_actions(database, _DEEDS[verdict], why, [change])
    # Only once it is recorded: Kafka may have the event, and intake act on it, even if it is not acknowledged.
    await _say(access, processor, verdict, why)
    say(f"{processor.reference} is {verdict}, as shown here: intake takes it up in its turn")


async def _say(access: KafkaAccess, processor: ProcessorView, verdict: Verdict, why: str) -> None:
    reason = why if verdict == "declined" else None
    review = ProcessorReviewed(
        email=processor.email,
        company_name=processor.company_name,
        verdict=verdict,
        reason=reason,
        reviewed_at=datetime.now(UTC),
    )
    try:
        async with event_publisher(access) as publisher:
            await publisher.publish(*said_now(SOURCE, processor.registration, review))
    except UNPUBLISHED as error:
        raise click.ClickException(
            f"Kafka at {access.bootstrap} did not acknowledge the review ({named(error)}), which is on record. "
            "Do it again: it counts once."
        ) from None
