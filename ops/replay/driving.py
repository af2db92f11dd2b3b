"""Connects to Kafka and Postgres for a replay, shows its plan, and carries it out when there is a reason."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import click

from ops.replay.asked import Asked
from ops.replay.forced import forced
from ops.replay.pace import Limits
from ops.replay.plain import Plain
from ops.replay.through_day import DayReplay, parts_of
from ops.replay.through_registration import RegistrationReplay, read_registrations
from ops.replay.through_topic import TopicReplay
from ops.replay.topic_reader import topic_reader
from ops.servers.administrator import Database, admin_url, connected
from ops.servers.destination import kafka_access
from ops.story.find_registration import find_registration
from ops.terminal.quoted_reference import as_registration_id, read_reference
from ops.terminal.typed import Span
from schemas.flow import SERVICES


@dataclass(frozen=True, slots=True)
class Driving:
    """How, against which servers, and why replays are carried out; without a reason only the plan is shown."""

    state: Path | None
    limits: Limits
    horizon: timedelta
    why: str | None

    async def topic(self, asked: Asked, target: str | None) -> None:
        """Replay a range of a topic; of one registration where `target` is its reference or id."""
        url = admin_url(self.state)
        async with topic_reader(kafka_access(self.state)) as reader, connected(url) as database:
            if target is not None:
                asked = replace(asked, registration=await _registration_id(database, target))
            if asked.force.wanted:
                async with forced(url, database, asked, self.horizon) as bringing:
                    check = partial(bringing.check, asked.force)
                    await TopicReplay(reader, database, self.limits, bringing).run(asked, self.why, check=check)
            else:
                plain = Plain(database, asked.service, self.horizon, asked.topic)
                await TopicReplay(reader, database, self.limits, plain).run(asked, self.why)

    async def day(self, day: Span, service: str | None) -> None:
        """Replay every topic of a day, through this service or all."""
        url = admin_url(self.state)
        async with topic_reader(kafka_access(self.state)) as reader, connected(url) as database:
            await DayReplay(reader, database, self.limits, self.horizon).run(parts_of(day, service), self.why)

    async def registration(self, target: str, service: str | None) -> None:
        """Replay what the topics hold about one registration, through this service or all."""
        async with connected(admin_url(self.state)) as database:
            registration = await _registration_id(database, target)
            async with topic_reader(kafka_access(self.state)) as reader:
                found = await read_registrations(
                    reader, {registration}, [party for party in SERVICES if service in (None, party.name)]
                )
            if not found.get(registration):
                raise click.ClickException(f"the topics hold nothing about {target} any more")
            await RegistrationReplay(database, self.limits, self.horizon).run(found, self.why)


async def _registration_id(database: Database, target: str) -> str:
    registration = as_registration_id(target) or await find_registration(database, read_reference(target))
    if registration is None:
        raise click.ClickException(f"there is no registration {target!r}")
    return registration
