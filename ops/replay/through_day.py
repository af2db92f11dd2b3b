"""Replays what was written on a day, in every topic, through the services that read it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import timedelta

import click

from ops.actions.applying import NOT_APPLIED
from ops.replay.asked import Asked, NothingThereError
from ops.replay.pace import Limits
from ops.replay.plain import Plain
from ops.replay.queue import say_what_holds
from ops.replay.replays import Range, Replay, unfinished
from ops.replay.through_topic import TopicReplay
from ops.replay.topic_reader import TopicReader
from ops.servers.administrator import Database
from ops.terminal.output import say
from ops.terminal.typed import Span
from schemas.flow import SERVICES


def parts_of(day: Span, service: str | None) -> list[Asked]:
    """The ranges of a day: one for each topic that this service reads, or that any does, in the order of the flow."""
    part_of = f"day {day[0]:%Y-%m-%d} through {service or 'all services'}"
    return [
        Asked(event.name, party.name, since=day[0], until=day[1], part_of=part_of).checked()
        for party in SERVICES
        if service in (None, party.name)
        for event in party.consumes
    ]


class DayReplay:
    """Plans and carries out one command.

    All ranges are fixed and on record before the first record is brought. If the day is today, the topics of later
    services would otherwise also have what earlier ones publish during the replay. The same command typed again goes on
    with the ranges that are not finished.
    """

    def __init__(self, reader: TopicReader, database: Database, limits: Limits, horizon: timedelta) -> None:
        self._reader = reader
        self._database = database
        self._limits = limits
        self._horizon = horizon

    async def run(self, parts: Sequence[Asked], why: str | None) -> None:
        """Show the plan of each part; do them one after the other when there is a reason.

        Raises:
            ClickException: nothing of the day is there.
        """
        left = [(topic, part, span) async for topic, part, span in self._left(parts)]
        if not left:
            raise click.ClickException("the topics hold nothing of this day")
        for service in dict.fromkeys(part.service for _, part, _ in left):
            await say_what_holds(self._database, service)
        for topic, part, span in left:
            await topic.show(part, span)
        if why is None:
            say(NOT_APPLIED)
            return
        async with self._database.transaction():
            begun = [await topic.begin(span, why) for topic, _, span in left]
        for (topic, part, _), replay in zip(left, begun, strict=True):
            if await unfinished(self._database, replay.asked):
                await topic.drive(replay, part)

    async def _left(self, parts: Sequence[Asked]) -> AsyncIterator[tuple[TopicReplay, Asked, Replay | Range]]:
        begun = [part for part in parts if await unfinished(self._database, str(part))]
        for part in begun or parts:
            plain = Plain(self._database, part.service, self._horizon, part.topic)
            topic = TopicReplay(self._reader, self._database, self._limits, plain)
            with suppress(NothingThereError):
                yield topic, part, await topic.span(part)
