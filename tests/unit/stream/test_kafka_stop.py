"""A client of Kafka is told to end, and once more if it does not."""

import asyncio

import pytest
from aiokafka.errors import KafkaError

from stream.kafka_stop import stop


class Endless:
    """A client that does not end before it is told again."""

    told_again = False

    async def stop(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.told_again = True


class Refusing:
    """A client that cannot leave its group."""

    async def stop(self) -> None:
        raise KafkaError


async def test_a_client_does_not_go_on_once_nobody_waits_for_its_end() -> None:
    client = Endless()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(stop(client), 0.01)
    await asyncio.sleep(0)
    assert client.told_again
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_what_a_client_says_at_its_end_is_raised() -> None:
    with pytest.raises(KafkaError):
        await stop(Refusing())
