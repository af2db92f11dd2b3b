"""`koppeling services`: each service's workers and backlog, the size of its tables, and its waiting or failed mails."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import click

from ops.replay.topic_reader import reader_of_what_is_there
from ops.servers.administrator import admin_url, looking
from ops.servers.destination import kafka_access, system_option
from ops.service_state.backlog import backlogs
from ops.service_state.members import members
from ops.service_state.state import COUNTED_MAX, ServiceState, UnreadService, service_states
from ops.terminal.age import seconds_in_words
from ops.terminal.counted import counted, size
from ops.terminal.output import json_option, show, wrapped
from stream.kafka_access import KafkaAccess

KEPT_S_MIN = 3 * 86_400
"""What waits and is removed from its topic sooner than this is warned of: a weekend, and a day to do something."""


@click.command()
@json_option
@system_option
def services(state: Path | None, *, as_json: bool) -> None:
    """Show for each service its workers, backlog, table sizes, and mails that wait or have failed."""
    found, why_half = asyncio.run(_states(admin_url(state), kafka_access(state)))
    show(found, (line for one in found for line in service_lines(one)), as_json=as_json)
    if why_half is not None:
        raise click.ClickException(f"workers and backlogs could not be read: {why_half}")
    if unread := [one.service for one in found if one.unread]:
        raise click.ClickException(f"not everything of {', '.join(unread)} could be read")


async def _states(url: str, access: KafkaAccess) -> tuple[list[ServiceState | UnreadService], str | None]:
    """The services' states, and why Kafka's part is missing where it is.

    Postgres's part is shown then too: it is needed most when Kafka is away.
    """
    async with looking(url) as database:
        try:
            async with reader_of_what_is_there(access) as reader:
                waiting, present = await backlogs(database, reader), await members(access)
        except click.ClickException as error:
            return await service_states(database, {}, {}), error.message
        return await service_states(database, present, waiting), None


def service_lines(one: ServiceState | UnreadService) -> Iterator[str]:
    """A few lines for each service."""
    if isinstance(one, UnreadService):
        yield from wrapped(f"{one.service}: {one.unread}", rest="  ")
        return
    yield from wrapped(f"{one.service}: {_workers(one)}, {_behind(one)}", rest="  ")
    for said in _below(one):
        yield from wrapped(said, "  ", "  ")


def _below(one: ServiceState) -> Iterator[str]:
    if one.unread is not None:
        yield one.unread
    for stranger in one.strangers or ():
        yield f"a stranger holds a place in its group: {stranger}"
    if one.paused is not None:
        yield f"{one.paused}"
    for release in one.stopped:
        yield f"release {release} has stopped itself: `koppeling brake list`"
    if one.lag_kept_s is not None and one.lag_kept_s < KEPT_S_MIN:
        yield f"the first that waits is removed unread in {seconds_in_words(one.lag_kept_s)}"
    if one.removed_records:
        were = "was" if one.removed_records == 1 else "were"
        yield f"{counted(one.removed_records, 'record')} {were} removed unread: StateWentBack in the runbook"
    yield ", ".join(_kept(one))
    yield from _mails_for_a_human(one)


def _workers(one: ServiceState) -> str:
    if one.workers is None:
        return "workers unknown"
    return f"{counted(one.workers, 'worker')} ({', '.join(one.releases or ())})" if one.workers else "no workers"


def _behind(one: ServiceState) -> str:
    if one.lag_records is None or one.lag_s is None:
        return "backlog unknown"
    if not one.lag_records:
        return "keeps up"
    return f"{counted(one.lag_records, 'record')} behind, the oldest for {seconds_in_words(one.lag_s)}"


def _kept(one: ServiceState) -> Iterator[str]:
    rows = "rows not counted yet" if one.journal_rows is None else f"about {counted(one.journal_rows, 'row')}"
    yield f"journal {rows}, {size(one.journal_bytes)}"
    late = f", one due for {seconds_in_words(one.queue_late_s)}" if one.queue_late_s else ""
    yield f"queue {_so_many(one.queue_rows, 'row')}, {size(one.queue_bytes)}{late}"
    if one.parked_rows:
        yield f"{_counted(one.parked_rows)} parked for a human"
    if one.unsent_mails:
        waits = f"the oldest for {seconds_in_words(one.unsent_s)}"
        yield f"{_so_many(one.unsent_mails, 'mail')} not sent yet, {waits}"


def _mails_for_a_human(one: ServiceState) -> Iterator[str]:
    if one.uncertain_mails:
        yield f"uncertain mails: {_counted(one.uncertain_mails)}, see `koppeling mails uncertain`"
    if one.failed_mails:
        last = f"the last {seconds_in_words(one.failed_s)} ago"
        yield f"failed mails: {_counted(one.failed_mails)}, {last}, see `koppeling mails list --status failed`"


def _so_many(count: int, noun: str) -> str:
    return f"{_counted(count)} {noun}s" if count > COUNTED_MAX else counted(count, noun)


def _counted(rows: int) -> str:
    return f"more than {COUNTED_MAX}" if rows > COUNTED_MAX else f"{rows}"
