"""The transport on real Kafka.

Settings and traps were measured (docs/decisions): range assignor so that lanes line up, no automatic commits, no
automatic reset, idempotent producer whose sends are awaited for as long as they take, one batch built per partition.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import IllegalStateError, KafkaConnectionError

from stream.busy_topics import BusyTopics
from stream.errors import AccessDenied, Fenced, TopicsUnfit, TransportUnavailable
from stream.fast_fetch import use_fast_fetch
from stream.group_offsets import use_known_offsets
from stream.kafka_errors import acknowledged, refusal, refuse_barred, translated
from stream.kafka_settings import KafkaSettings
from stream.kafka_stop import stop
from stream.record import Message, Record, TopicLane
from stream.seen_lag import SeenLag
from stream.tolerant_records import use_tolerant_records
from stream.transport import Assignment

BATCH_BYTES_MAX = 524_288
"""The largest batch that is written, and the most that is fetched of one partition: a worker holds so much of each."""
POLL_INTERVAL_MS = 2**31 - 1
"""A paused worker polls nothing and stays in its group, however long: a group without members loses its offsets after
a week. A worker that is stuck is ended by our own watchdog."""


class KafkaTransport(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka has no types
    """A `Transport`."""

    def __init__(
        self, settings: KafkaSettings, make_producer: Callable[..., AIOKafkaProducer] = AIOKafkaProducer
    ) -> None:
        use_tolerant_records()
        use_fast_fetch()
        use_known_offsets()
        self._settings = settings
        self._membership = settings.membership
        self._make_producer = make_producer
        self._assignment = Assignment(0, frozenset())
        self._idle = asyncio.Event()
        self._idle.set()
        self._busy = BusyTopics(self._membership.topics, settings.fetch_max_wait_ms / 1000)
        self._alone: frozenset[str] = frozenset()
        self._left_over: frozenset[TopicPartition] = frozenset()
        self._seen_lag = SeenLag(self._membership.topics)
        self._is_more_than_lanes = False
        self._is_broken_off = False
        self._consumer: AIOKafkaConsumer | None = None
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        with self._translated():
            await self._start_producer()
            await self._check_topics()
            self._consumer = AIOKafkaConsumer(
                **self._settings.access.arguments(),
                group_id=self._membership.group,
                client_id=self._settings.client_id,
                enable_auto_commit=False,
                auto_offset_reset="none",
                isolation_level="read_committed",
                partition_assignment_strategy=[RangePartitionAssignor],
                session_timeout_ms=self._settings.session_timeout_ms,
                heartbeat_interval_ms=self._settings.session_timeout_ms // 5,
                rebalance_timeout_ms=max(self._settings.session_timeout_ms, 10_000),
                fetch_min_bytes=self._settings.fetch_min_bytes,
                fetch_max_wait_ms=self._settings.fetch_max_wait_ms,
                max_partition_fetch_bytes=BATCH_BYTES_MAX,
                request_timeout_ms=self._settings.request_timeout_ms,
                metadata_max_age_ms=self._settings.metadata_max_age_ms,
                max_poll_interval_ms=POLL_INTERVAL_MS,
            )
            self._consumer.subscribe(topics=list(self._membership.topics), listener=self)
            await self._consumer.start()

    async def _start_producer(self) -> None:
        self._producer = self._make_producer(
            **self._settings.access.arguments(),
            client_id=self._settings.client_id,
            enable_idempotence=True,
            acks="all",
            max_batch_size=BATCH_BYTES_MAX,
            request_timeout_ms=self._settings.request_timeout_ms,
            metadata_max_age_ms=self._settings.metadata_max_age_ms,
        )
        try:
            await self._producer.start()
        except KafkaConnectionError:
            if why := await refusal(self._settings.access):
                raise AccessDenied(why) from None
            raise

    async def _check_topics(self) -> None:
        client = self._producing.client
        cluster = await client.fetch_all_metadata()
        topics = (*self._membership.topics, *self._membership.produces)
        found = {topic: len(cluster.partitions_for_topic(topic) or ()) for topic in topics}
        await refuse_barred(client, [topic for topic, partitions in found.items() if not partitions])
        if unfit := {topic: partitions for topic, partitions in found.items() if partitions != self._settings.lanes}:
            told = ", ".join(f"{topic} has {partitions}" for topic, partitions in unfit.items())
            raise TopicsUnfit(f"every topic needs {self._settings.lanes} partitions: {told}")

    def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """A lane counts only if the partition of every consumed topic came with it.

        Beside a worker of the previous release, which does not read all topics yet, this one also gets incomplete
        lanes: they are left until that worker has gone. They have no position, without which aiokafka would fetch
        nothing at all. Partitions that were added to a topic are no lanes: the next receive raises for them.
        """
        self._is_more_than_lanes = any(place.partition >= self._settings.lanes for place in assigned)
        topics: dict[int, set[str]] = defaultdict(set)
        for place in assigned:
            topics[place.partition].add(place.topic)
        lanes = frozenset(lane for lane, held in topics.items() if held == set(self._membership.topics))
        self._assignment = Assignment(self._assignment.generation + 1, lanes)
        self._left_over = frozenset(place for place in assigned if place.partition not in lanes)
        for place in self._left_over:
            self._joined.seek(place, 0)
        self._joined.pause(*self._left_over)
        self._alone = frozenset()

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Give the batch under way a moment to be committed, so that the next holder need not repeat it."""
        if revoked:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), self._settings.handover_s_max)
        self._assignment = Assignment(self._assignment.generation + 1, frozenset())

    def _translated(self) -> AbstractContextManager[None]:
        return translated(self._settings.access)

    def assignment(self) -> Assignment:
        return self._assignment

    async def committed(self, lanes: frozenset[int]) -> Mapping[TopicLane, int | None]:
        """The offsets by the group's coordinator, once it has loaded the group."""
        with self._translated():
            places = [TopicLane(topic, lane) for topic in self._membership.topics for lane in sorted(lanes)]
            offsets = [self._joined.committed(TopicPartition(*place)) for place in places]
            return dict(zip(places, await asyncio.gather(*offsets), strict=True))

    async def beginnings(self, places: Sequence[TopicLane]) -> Mapping[TopicLane, int]:
        with self._translated():
            offsets = await self._joined.beginning_offsets([TopicPartition(*place) for place in places])
            return {TopicLane(place.topic, place.partition): offset for place, offset in offsets.items()}

    def seek(self, positions: Mapping[TopicLane, int]) -> None:
        for place, offset in positions.items():
            with suppress(IllegalStateError):
                self._joined.seek(TopicPartition(*place), offset)

    async def receive(self, max_records: int, timeout_s: float, places: Sequence[TopicLane] = ()) -> Sequence[Record]:
        """Fetched records; from here until `let_go` a rebalance waits for the batch."""
        self._idle.set()
        generation = self._assignment.generation
        try:
            with self._translated():
                if self._is_more_than_lanes or not all(map(self._joined.partitions_for_topic, self._membership.topics)):
                    # aiokafka assigns nothing of a deleted topic, without an error: no lane would be complete.
                    await self._check_topics()
                await self._seen_lag.note(self._joined, self._left_over)
                wanted = [TopicPartition(*place) for place in places]
                fetched = await self._joined.getmany(*wanted, timeout_ms=int(timeout_s * 1000), max_records=max_records)
        except (TransportUnavailable, Fenced):
            # A partition without a position, seen between an assignment and the first seek, is no failure.
            if generation != self._assignment.generation:
                return ()
            raise
        if fetched:
            self._idle.clear()
        records = [
            Record(r.topic, r.partition, r.offset, r.key, r.value, r.headers) for one in fetched.values() for r in one
        ]
        is_idle, is_full = not fetched and timeout_s > 0, len(records) >= max_records
        heard = {place.topic for place in fetched}
        self._leave_alone(self._busy.left_alone(heard, time.monotonic(), asks_all=is_idle or is_full))
        return records

    def _leave_alone(self, topics: frozenset[str]) -> None:
        """Let the next fetch name all partitions but those of these topics."""
        if topics == self._alone:
            return
        self._alone = topics
        consumer = self._joined
        paused = consumer.paused()
        # What is left over may be of an earlier assignment: aiokafka awaits something before it tells of the new one.
        wanted = {place for place in consumer.assignment() if place.topic in topics or place in self._left_over}
        consumer.pause(*(wanted - paused))
        consumer.resume(*(paused - wanted))

    async def publish(self, messages: Sequence[Message]) -> None:
        """One batch per partition; waits for every acknowledgement, through an outage too."""
        by_place: dict[TopicLane, list[Message]] = defaultdict(list)
        for message in messages:
            by_place[TopicLane(message.topic, message.lane)].append(message)
        with self._translated():
            if self._is_broken_off:
                await self._renew_producer()
            self._is_broken_off = True
            sent = [future for place, group in by_place.items() for future in await self._send(place, group)]
            with acknowledged():
                await asyncio.gather(*sent)
            self._is_broken_off = False

    async def _renew_producer(self) -> None:
        """Begin anew, under a new id: the broker accepts nothing after the sequence of a batch that was given up.

        aiokafka gives up a batch if its partition has had no leader for as long as a request may take.
        """
        old = self._producing
        try:
            await asyncio.wait_for(old.stop(), self._settings.handover_s_max)
        except TimeoutError:
            if task := old._sender.sender_task:  # noqa: SLF001  aiokafka has no other way to end it
                # Otherwise it would connect again, and write late what was published again meanwhile.
                task.cancel()
            await old.client.close()
        await self._start_producer()

    async def _send(self, place: TopicLane, messages: Sequence[Message]) -> list["asyncio.Future[object]"]:
        producer = self._producing
        sent = []
        batch = producer.create_batch()
        for message in messages:
            fields = {"key": message.key.encode(), "value": message.value, "timestamp": None}
            if batch.append(**fields, headers=list(message.headers)) is None:
                sent.append(await producer.send_batch(batch, place.topic, partition=place.lane))
                batch = producer.create_batch()
                batch.append(**fields, headers=list(message.headers))
        sent.append(await producer.send_batch(batch, place.topic, partition=place.lane))
        return sent

    async def commit(self, offsets: Mapping[TopicLane, int], generation: int) -> None:
        if generation != self._assignment.generation:
            raise Fenced("rebalanced")
        with self._translated():
            await self._joined.commit({TopicPartition(*place): offset for place, offset in offsets.items()})

    def let_go(self) -> None:
        """Let a rebalance that waits go on."""
        self._idle.set()

    async def lag(self) -> int:
        """Ask the leaders, so that a stuck consumer is noticed; without a lane any of them, so that an outage is."""
        with self._translated():
            held = [TopicPartition(topic, lane) for topic in self._membership.topics for lane in self._assignment.lanes]
            ends = await self._joined.end_offsets(held or [TopicPartition(self._membership.topics[0], 0)])
            return sum([ends[place] - await self._joined.position(place) for place in held])

    def seen_lag(self) -> Mapping[str, int]:
        return self._seen_lag.by_topic

    async def close(self) -> None:
        """Leave the group; unacknowledged messages may or may not have been written."""
        self._idle.set()
        clients = self._consumer, self._producer
        self._consumer = self._producer = None
        with self._translated():
            for client in clients:
                if client is not None:
                    await stop(client)

    @property
    def _joined(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise TransportUnavailable("not started")
        return self._consumer

    @property
    def _producing(self) -> AIOKafkaProducer:
        if self._producer is None:
            raise TransportUnavailable("not started")
        return self._producer
