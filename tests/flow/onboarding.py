"""The whole onboarding on the real sandbox, as a test sees it: forms go in, mails and tables are looked at."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from forms import policies_for

from sandbox.mail_index import Mail, read_mailbox
from sandbox.running import RunningSandbox
from sandbox.waiting import until
from schemas.envelope import Envelope, to_headers
from schemas.flow import LANES
from schemas.ids import registration_id
from services.enrichment.policies import load_policies
from services.intake.clients import ClientRow, load_clients
from stream.lane import lane_of

SOURCE = "https://forms.example/test"
MAILS_EACH = 2
"""A receipt and a confirmation: of every registration with one connection that nothing stands in the way of."""
RECEIPT = "registration-received cycle 1"
CONFIRMATION = "link-realised connection 1"
DONE = ("SENT", "UNCERTAIN", "FAILED")

Headers = Sequence[tuple[str, bytes]]


@dataclass(frozen=True)
class Raw:
    """A record as a test publishes it: well-formed or not."""

    key: bytes | None
    value: bytes | None
    headers: Headers
    partition: int | None = None


def form_record(submission: str, form: Mapping[str, Any], *, event_id: str | None = None) -> Raw:
    """The record by which a web form says that this form was sent."""
    registration = registration_id(SOURCE, submission)
    envelope = Envelope(
        id=event_id or f"event-{submission}",
        source=SOURCE,
        name="form-received",
        version=1,
        subject=registration,
        time=datetime.now(UTC),
    )
    value = json.dumps({"submission_id": submission, "form": form}).encode()
    return Raw(registration.encode(), value, to_headers(envelope))


@dataclass(frozen=True)
class Effect:
    """A row of the mail ledger."""

    id: UUID
    registration: str
    kind: str
    occasion: str
    status: str


class Onboarding:
    """What the tests do with a sandbox that runs the services."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox

    async def query(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """As the administrator, over a new connection each time, so that a test can kill Postgres in between."""
        connection = await asyncpg.connect(self.sandbox.endpoints().postgres.url)
        try:
            return await connection.fetch(sql, *values)
        finally:
            await connection.close()

    @asynccontextmanager
    async def connected(self, service: str) -> AsyncIterator[Any]:
        """A connection to one service's tables."""
        url = self.sandbox.endpoints().postgres.url
        connection = await asyncpg.connect(url, server_settings={"search_path": service})
        try:
            yield connection
        finally:
            await connection.close()

    async def load_policies(self, forms: Sequence[dict[str, Any]]) -> None:
        """Let a.s.r. know the policies of these forms."""
        async with self.connected("enrichment") as connection:
            await load_policies(connection, policies_for(forms))

    async def let_in(self, forms: Iterable[Mapping[str, Any]]) -> None:
        """Let the processors of these forms register their employers."""
        numbers = ("email", "raamwerkcontractnummer", "loonheffingennummer")
        by_processor = [form for form in forms if form.get("kind") == "employer_registration"]
        async with self.connected("intake") as connection:
            await load_clients(connection, [ClientRow(*(form[name] for name in numbers)) for form in by_processor])

    async def publish(self, records: Sequence[Raw], topic: str = "form-received") -> list[tuple[int, int]]:
        """Publish and wait for every acknowledgement; returns lane and offset of each."""
        bootstrap = self.sandbox.endpoints().kafka.bootstrap_servers
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", max_request_size=2_000_000)
        try:
            await producer.start()
            sent = [
                await producer.send(topic, r.value, key=r.key, headers=list(r.headers), partition=r.partition)
                for r in records
            ]
            return [(one.partition, one.offset) for one in await asyncio.gather(*sent)]
        finally:
            await producer.stop()

    async def submit(self, forms: Mapping[str, dict[str, Any]]) -> list[str]:
        """Publish these forms by submission id, once a.s.r. knows policies and processors; the registration ids."""
        await self.load_policies(list(forms.values()))
        await self.let_in(forms.values())
        await self.publish([form_record(submission, form) for submission, form in forms.items()])
        return [registration_id(SOURCE, submission) for submission in forms]

    async def effects(self, registrations: Sequence[str]) -> list[Effect]:
        """The ledger's rows about these registrations."""
        rows = await self.query(
            "select id, subject, kind, occasion, status from notifier.effect where subject = any($1) order by kind",
            registrations,
        )
        return [Effect(*row.values()) for row in rows]

    async def settled(self, registrations: Sequence[str], count: int, *, deadline_s: float = 60) -> list[Effect]:
        """The rows once there are `count` of them and none is under way."""

        async def ask() -> list[Effect] | None:
            try:
                rows = await self.effects(registrations)
            except (OSError, asyncpg.PostgresError):
                return None
            return rows if len(rows) >= count and all(row.status in DONE for row in rows) else None

        return await until(ask, deadline_s=deadline_s, missing=f"not {count} mails settled")

    def mails(self, effects: Sequence[Effect]) -> dict[UUID, list[Mail]]:
        """What lies in the mailbox for each of these rows."""
        by_id: dict[UUID, list[Mail]] = {effect.id: [] for effect in effects}
        for mail in read_mailbox(self.sandbox.endpoints().mailbox):
            found = UUID(mail.message_id.strip("<>").partition("@")[0])
            if found in by_id:
                by_id[found].append(mail)
        return by_id

    async def confirmations(self, registrations: Sequence[str]) -> list[int]:
        """How many mails lie in the mailbox for each confirmation, once every registration has one that is settled."""

        async def ask() -> list[Effect] | None:
            found = [one for one in await self.effects(registrations) if one.kind == "link-realised"]
            done = {one.registration for one in found if one.status in DONE}
            return found if done == set(registrations) else None

        effects = await until(ask, deadline_s=60, missing="not every registration is confirmed")
        return [len(mails) for mails in self.mails(effects).values()]

    async def letters(self, registration: str, count: int) -> dict[str, Mail]:
        """The mails about a registration by kind and occasion, once there are `count`; each was sent, and once."""
        effects = await self.settled([registration], count)
        mails = self.mails(effects)
        assert [(effect.status, len(mails[effect.id])) for effect in effects] == [("SENT", 1)] * count
        return {f"{effect.kind} {effect.occasion}": mails[effect.id][0] for effect in effects}

    async def all_said(self, registrations: Sequence[str]) -> None:
        """Returns when, by the notifier's tables, NotificationSent is published of every sent mail about these."""

        async def ask() -> bool:
            return not await self.query(_UNSAID, registrations)

        await until(ask, deadline_s=30, missing="a mail is sent, and its NotificationSent is not published")

    async def notified(self, registration: str) -> list[str]:
        """Kind and occasion by each NotificationSent, once all are published; a repeat of an event is not counted."""
        await self.all_said([registration])
        records = {
            dict(record.headers)["ce_id"]: record for record in await self.said("notification-sent", registration)
        }
        said = [json.loads(record.value) for record in records.values()]
        return sorted(f"{one['kind']} {one['occasion']}" for one in said)

    async def parked(self, service: str) -> list[asyncpg.Record]:
        """Every row that waits for a human."""
        return await self.query(
            f"select * from {service}.redelivery where due_at is null order by seq"  # noqa: S608 (our own names)
        )

    async def journal(self, service: str) -> Counter[tuple[str, str | None]]:
        """How many entries have which outcome, for which reason."""
        rows = await self.query(f"select outcome, reason, count(*) from {service}.journal group by 1, 2")  # noqa: S608
        return Counter({(row["outcome"], row["reason"]): row["count"] for row in rows})

    async def said(self, topic: str, registration: str) -> list[Any]:
        """Every record about this registration that stands in a topic now, repeats included."""
        records = await self.records(topic, lanes=[lane_of(registration, LANES)])
        return [record for record in records if record.key == registration.encode()]

    async def records(self, topic: str, lanes: Iterable[int] = range(LANES)) -> list[Any]:
        """Every record that stands in these lanes of a topic now, without those of aborted transactions."""
        bootstrap = self.sandbox.endpoints().kafka.bootstrap_servers
        consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap, auto_offset_reset="earliest", isolation_level="read_committed"
        )
        try:
            await consumer.start()
            places = [TopicPartition(topic, lane) for lane in lanes]
            consumer.assign(places)
            ends = await consumer.end_offsets(places)
            found: list[Any] = []
            while any([await consumer.position(place) < ends[place] for place in places]):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += records
            return found
        finally:
            await consumer.stop()


_UNSAID = """
select from notifier.effect mail where subject = any($1) and status = 'SENT' and (
  not exists (select from notifier.journal entry where entry.id = mail.id)
  or exists (select from notifier.redelivery row where row.id = mail.id)
)
"""
