"""Keylane's side of Kafka: all partitions of what it is told, as group `keylane`, and a producer.

Only one process can hold the folder, so it takes all partitions without a group's rebalances: it restarts at once.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from sandbox.batches import BATCH_BYTES_MAX, Record, send_all
from sandbox.keylane import plan, request
from sandbox.keylane.record import DueReport
from sandbox.keylane.request import Arrival
from schemas.flow import KEYLANE, LANES
from stream.kafka_access import KafkaAccess
from stream.kafka_stop import stop

GROUP = KEYLANE.name
BATCH_RECORDS_MAX = 500


class Kafka:
    """Receives at least once; publishes until it is acknowledged."""

    def __init__(self, access: KafkaAccess) -> None:
        self._consumer = AIOKafkaConsumer(
            **access.arguments(),
            group_id=GROUP,
            client_id=GROUP,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            metadata_max_age_ms=30_000,
        )
        self._producer = AIOKafkaProducer(
            **access.arguments(),
            client_id=GROUP,
            enable_idempotence=True,
            acks="all",
            max_batch_size=BATCH_BYTES_MAX,
            metadata_max_age_ms=30_000,
        )

    async def start(self) -> None:
        """Connect; raises KafkaError when nobody answers."""
        await self._producer.start()
        self._consumer.assign([TopicPartition(topic, lane) for topic in request.TOPICS for lane in range(LANES)])
        await self._consumer.start()

    async def stop(self) -> None:
        """Disconnect."""
        for client in (self._consumer, self._producer):
            with suppress(KafkaError):
                await stop(client)

    async def receive(self, timeout_s: float) -> list[Arrival]:
        """The next records, in order per lane; none when none came in time."""
        fetched = await self._consumer.getmany(timeout_ms=int(timeout_s * 1000), max_records=BATCH_RECORDS_MAX)
        return [
            Arrival(record.topic, record.partition, record.offset, record.headers, record.value)
            for records in fetched.values()
            for record in records
        ]

    async def commit(self, arrivals: Iterable[Arrival]) -> None:
        """Say that these are on record. When that fails they come again, and are known by their ids."""
        offsets = {TopicPartition(arrival.topic, arrival.lane): arrival.offset + 1 for arrival in arrivals}
        with suppress(KafkaError):
            await self._consumer.commit(offsets)

    async def publish(self, reports: Sequence[DueReport]) -> None:
        """Returns when the broker has acknowledged every one, however long that takes."""
        await send_all(self._producer, ((plan.TOPIC, report.lane, _record(report)) for report in reports))


def _record(report: DueReport) -> Record:
    headers = list(report.headers)
    return {"key": report.subject.encode(), "value": report.value, "headers": headers, "timestamp": None}
