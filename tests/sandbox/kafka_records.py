"""Writes and reads one record of a sandbox's Kafka."""

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from sandbox.endpoints import Endpoints

PARTITION = TopicPartition("form-received", 0)


async def publish(endpoints: Endpoints, value: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=endpoints.kafka.bootstrap_servers) as producer:
        await producer.send_and_wait(PARTITION.topic, value, partition=PARTITION.partition)


async def last_record(endpoints: Endpoints) -> bytes:
    async with AIOKafkaConsumer(bootstrap_servers=endpoints.kafka.bootstrap_servers, group_id=None) as consumer:
        consumer.assign([PARTITION])
        end = (await consumer.end_offsets([PARTITION]))[PARTITION]
        consumer.seek(PARTITION, end - 1)
        record = await consumer.getone()
    return bytes(record.value)
