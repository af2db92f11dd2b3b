"""Publishes what operators did as events, with the recorded rows as the outbox.

Once its transaction is over, a command publishes what it recorded, and what earlier commands could not publish. The
event and its id follow from the row alone, so publishing it twice does no harm. A row that cannot be published does not
hold up the others.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg
import click
from pydantic import JsonValue

from ops.actions.action import Action, actions_of
from ops.actions.without_people import without_people
from ops.servers.administrator import Database, admin_url, connected
from ops.servers.destination import kafka_access
from ops.servers.event_publisher import EventPublisher, event_publisher
from ops.servers.kafka_clients import UNPUBLISHED, named
from schemas.envelope import SOURCE_PREFIX, Envelope
from schemas.events import OperatorActed
from schemas.flow import OPERATORS
from schemas.ids import derived_event_id
from stream.kafka_access import KafkaAccess

SOURCE = SOURCE_PREFIX + OPERATORS.name
BATCH = 200
SAYING_S_MAX = 5.0
ONE_S_MAX = 2.0
UNSAID = "what was done is on record; it could not be published, and the next command that does something tries again"


def acted(action: Action) -> tuple[Envelope, OperatorActed]:
    """The event of this row, without the addresses and numbers of people that somebody may have typed."""
    event = OperatorActed(
        action=str(action.id),
        command=str(action.command),
        who=action.who,
        what=action.what,
        why=without_people(action.why),
        service=action.service,
        target=without_people(action.target),
        before={name: _plain(value) for name, value in action.before.items()},
        after={name: _plain(value) for name, value in action.after.items()},
    )
    found = derived_event_id(int(action.at.timestamp() * 1000), OPERATORS.name, event.action, 0)
    about = action.registration or event.action
    return Envelope(found, SOURCE, event.name, event.version, about, action.at), event


def _plain(value: JsonValue) -> JsonValue:
    """The value without people's numbers: what was there before can include an earlier reason."""
    match value:
        case str():
            return without_people(value)
        case list():
            return [_plain(one) for one in value]
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case _:
            return value


def say_what_was_done(state: Path | None, *, complains: bool = True) -> None:
    """Publish what is not published yet. This never fails the command, which has done its work already.

    `complains`: whether to report it when something could not be published.
    """
    try:
        why = asyncio.run(_say(admin_url(state), kafka_access(state)))
    except click.ClickException as error:
        why = error.message
    except (*UNPUBLISHED, OSError, asyncpg.PostgresError) as error:
        why = named(error)
    if why and complains:
        click.echo(f"{UNSAID} ({why})", err=True)


async def _say(url: str, access: KafkaAccess) -> str | None:
    """Why some could not be published; None when all were."""
    failed: list[BaseException] = []
    async with asyncio.timeout(SAYING_S_MAX), connected(url) as database:
        if unsaid := await _unsaid(database, after=UUID(int=0)):
            async with event_publisher(access) as publisher:
                while unsaid:
                    failed += await _say_each(database, publisher, unsaid)
                    unsaid = await _unsaid(database, after=unsaid[-1])
    return f"{len(failed)} of them: {type(failed[0]).__name__}" if failed else None


async def _say_each(database: Database, publisher: EventPublisher, unsaid: Sequence[UUID]) -> list[BaseException]:
    """Publish these, and delete from the outbox each that was acknowledged; returns the errors of the others."""
    actions = await actions_of(database, unsaid)
    came_of = await asyncio.gather(*[_publish(publisher, action) for action in actions], return_exceptions=True)
    said = [action.id for action, error in zip(actions, came_of, strict=True) if error is None]
    await database.execute("delete from operations.unsaid where action = any($1)", said)
    return [error for error in came_of if error is not None]


async def _publish(publisher: EventPublisher, action: Action) -> None:
    async with asyncio.timeout(ONE_S_MAX):
        await publisher.publish(*acted(action))


async def _unsaid(database: Database, *, after: UUID) -> list[UUID]:
    """The next ids of the outbox; in order of id, so that those that could not be published are not tried again."""
    return [row["action"] for row in await database.fetch(_UNSAID, after, BATCH)]


_UNSAID = "select action from operations.unsaid where action > $1 order by action limit $2"
