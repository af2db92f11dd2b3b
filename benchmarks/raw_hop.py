"""The least that one hop can cost: consume batches, validate with pydantic, produce batches, commit.

Runs in a process of its own: `python -m benchmarks.raw_hop BOOTSTRAP_SERVERS RECORDS` prints CPU seconds, a line for
each pass. No journal, no state, no decision, no ids: what a service costs more than this is what its guarantee costs.
"""

import asyncio
import gc
import subprocess
import sys
import time
from statistics import median
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from benchmarks.result import RawHop
from sandbox.batches import BATCH_BYTES_MAX, Record, send_all
from schemas.events import RegistrationSubmitted
from schemas.flow import LANES
from stream.kafka_access import KafkaAccess
from stream.kafka_topics import TopicSpec, create_topics

_PASSES = 3
_OUT = "benchmark-raw-hop"
_PLACES = [TopicPartition(RegistrationSubmitted.name, lane) for lane in range(LANES)]
_BATCH_RECORDS_MAX = 500
_DEADLINE_S = 120


async def raw_hop(bootstrap_servers: str, records: int) -> RawHop:
    """Over the first so many RegistrationSubmitted; raises CalledProcessError."""
    await create_topics(KafkaAccess(bootstrap_servers), [TopicSpec(_OUT, LANES, {})])
    command = (sys.executable, "-m", __name__, bootstrap_servers, str(records))
    ran = await asyncio.to_thread(
        subprocess.run, command, stdout=subprocess.PIPE, check=True, text=True, timeout=_DEADLINE_S
    )
    seconds = [float(line) for line in ran.stdout.split()]
    return RawHop(records=records, passes=len(seconds), cpu_ms_per_event=median(seconds) / records * 1000)


async def _passes(bootstrap_servers: str, records: int) -> list[float]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, group_id=_OUT, enable_auto_commit=False)
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap_servers, acks="all", enable_idempotence=True, max_batch_size=BATCH_BYTES_MAX
    )
    consumer.assign(_PLACES)
    async with producer, consumer:
        return [await _pass(consumer, producer, records) for _ in range(_PASSES)]


async def _pass(consumer: Any, producer: Any, records: int) -> float:
    await consumer.seek_to_beginning(*_PLACES)
    gc.collect()
    gc.disable()
    before = time.process_time()
    done = 0
    while done < records:
        batch = await consumer.getmany(timeout_ms=1000, max_records=_BATCH_RECORDS_MAX)
        await send_all(
            producer, ((_OUT, place.partition, _validated(one)) for place, found in batch.items() for one in found)
        )
        await consumer.commit({place: found[-1].offset + 1 for place, found in batch.items()})
        done += sum(map(len, batch.values()))
    spent = time.process_time() - before
    gc.enable()
    return spent


def _validated(record: Any) -> Record:
    value = RegistrationSubmitted.model_validate_json(record.value).model_dump_json().encode()
    return {"key": record.key, "value": value, "headers": list(record.headers), "timestamp": None}


if __name__ == "__main__":
    for _spent in asyncio.run(_passes(sys.argv[1], int(sys.argv[2]))):
        sys.stdout.write(f"{_spent}\n")
