import asyncio
from collections.abc import AsyncIterator
from typing import cast

import aiokafka
import faust
import pytest
from aiokafka.structs import ConsumerRecord
from faust.types import TP

from services.monitor.standing_table import StandingTable
from services.monitor.unhurried import (
    FETCH_BYTES_MIN,
    FETCH_WAIT_MS,
    UnhurriedConsumer,
    UnhurriedTransport,
    records_of,
    together,
)

PLACE = TP("form-received", 3)


async def nothing() -> None:
    pass


@pytest.fixture
async def consumer() -> AsyncIterator[UnhurriedConsumer]:
    app = faust.App("unhurried-in-a-test", broker="kafka://127.0.0.1:1", store="memory://")
    app.transport = UnhurriedTransport(app.conf.broker_consumer, app)
    made = cast("UnhurriedConsumer", app.consumer)
    yield made
    made._thread.thread_loop.close()


async def test_the_broker_is_asked_for_what_counts_and_to_answer_when_there_is_much_or_after_a_while(
    consumer: UnhurriedConsumer,
) -> None:
    one = consumer._thread._create_consumer(asyncio.get_running_loop())
    plain = aiokafka.AIOKafkaConsumer()
    asked = {
        "_fetch_min_bytes": FETCH_BYTES_MIN,
        "_fetch_max_wait_ms": FETCH_WAIT_MS,
        "_isolation_level": "read_committed",
    }
    assert vars(one).items() >= asked.items()
    assert vars(plain).keys() >= asked.keys()
    await asyncio.gather(one.stop(), plain.stop())


def record(offset: int) -> ConsumerRecord[bytes, bytes]:
    at = {"timestamp": 1_000, "timestamp_type": 0, "checksum": None, "headers": [("ce_id", b"1")]}
    sizes = {"serialized_key_size": 3, "serialized_value_size": 2}
    return ConsumerRecord(PLACE.topic, PLACE.partition, offset, key=b"key", value=b"{}", **at, **sizes)


async def test_what_a_partition_brought_is_one_message_at_the_offset_of_the_last(consumer: UnhurriedConsumer) -> None:
    records = [record(offset) for offset in (4, 5, 7)]
    message = consumer._to_message(PLACE, together(records))
    assert (message.tp, message.offset, message.key) == (PLACE, 7, None)
    assert records_of(message) == records


async def test_until_it_is_known_where_events_go_on_only_the_table_is_read(consumer: UnhurriedConsumer) -> None:
    app, thread = cast("faust.App", consumer.app), consumer._thread
    changelog = TP(StandingTable(app, nothing).changelog_topic_name, 0)
    app.rebalancing = True
    assert thread.wanted({PLACE, changelog}) == {changelog}
    assert await thread.getmany({PLACE}, timeout=1.0) == {}
    app.rebalancing = False
    assert thread.wanted({PLACE, changelog}) == {PLACE, changelog}


class Away:
    async def stop(self) -> None:
        raise asyncio.CancelledError


async def test_a_fetch_that_aiokafka_cancelled_itself_keeps_no_thread_from_ending(consumer: UnhurriedConsumer) -> None:
    thread = consumer._thread
    thread._consumer = Away()
    await thread._shutdown_thread()
    await asyncio.wait_for(thread._shutdown.wait(), 5)
