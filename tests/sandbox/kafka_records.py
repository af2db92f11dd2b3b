"""Writes and reads one record of a sandbox's Kafka."""

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from sandbox.endpoints import Endpoints

PARTITION = TopicPartition("form-received", 0)


async def publish(endpoints: Endpoints, value: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=endpoints.kafka.bootstrap_servers)
    await producer.start()
    try:
        await producer.send_and_wait(PARTITION.topic, value, partition=PARTITION.partition)
    finally:
        await producer.stop()


async def last_record(endpoints: Endpoints) -> bytes:
    consumer = AIOKafkaConsumer(bootstrap_servers=endpoints.kafka.bootstrap_servers, group_id=None)
    await consumer.start()
    try:
        consumer.assign([PARTITION])
        end = (await consumer.end_offsets([PARTITION]))[PARTITION]
        consumer.seek(PARTITION, end - 1)
        record = await consumer.getone()
    finally:
        await consumer.stop()
    return bytes(record.value)
