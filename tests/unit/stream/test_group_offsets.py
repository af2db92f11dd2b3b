"""A broker that does not know a group at the moment is asked again: it is not taken for one that never committed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.consumer import consumer
from aiokafka.consumer.subscription_state import SubscriptionState
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    NotCoordinatorForGroupError,
)
from aiokafka.protocol.commit import OffsetFetchResponse_v3

from ops.servers.kafka_clients import admin_of
from stream.group_offsets import use_known_offsets
from stream.kafka_access import KafkaAccess

PLACE = TopicPartition("form-received", 0)
NOWHERE = "127.0.0.1:1"


class Broker(AIOKafkaClient):  # type: ignore[misc] # aiokafka has no types
    """A client whose broker gives these answers, and that counts how often the coordinator was looked up."""

    def __init__(self, *answers: OffsetFetchResponse_v3) -> None:
        super().__init__(bootstrap_servers=NOWHERE)
        self.answers = list(answers)
        self.lookups = 0

    async def send(self, *_: Any, **__: Any) -> OffsetFetchResponse_v3:
        return self.answers.pop(0)

    async def ready(self, *_: Any, **__: Any) -> bool:
        return True

    async def coordinator_lookup(self, *_: Any) -> int:
        self.lookups += 1
        return 1


def unknown(error: type[Exception]) -> OffsetFetchResponse_v3:
    return OffsetFetchResponse_v3(0, [], error.errno)  # type: ignore[attr-defined] # aiokafka has no types


def known(offset: int) -> OffsetFetchResponse_v3:
    return OffsetFetchResponse_v3(0, [(PLACE.topic, [(PLACE.partition, offset, "", 0)])], 0)


class Group:
    """The library's coordinator of a group, as every consumer of the process gets it."""

    def __init__(self) -> None:
        use_known_offsets()
        self._made: list[Any] = []

    async def asks(self, broker: Broker) -> int | None:
        """What was committed."""
        made = consumer.GroupCoordinator(broker, SubscriptionState(), group_id="intake", retry_backoff_ms=1)
        self._made.append(made)
        offsets = await made.fetch_committed_offsets([PLACE])
        return offsets[PLACE].offset if offsets else None

    async def close(self) -> None:
        for one in self._made:
            await one.close()


@pytest.fixture
async def group() -> AsyncIterator[Group]:
    found = Group()
    yield found
    await found.close()


async def test_while_the_group_is_loading_it_is_asked_again(group: Group) -> None:
    broker = Broker(unknown(GroupLoadInProgressError), unknown(GroupLoadInProgressError), known(23))

    assert (await group.asks(broker), broker.lookups) == (23, 1)


@pytest.mark.parametrize("error", [NotCoordinatorForGroupError, GroupCoordinatorNotAvailableError])
async def test_a_broker_that_coordinates_the_group_no_more_is_asked_no_more(
    group: Group, error: type[Exception]
) -> None:
    broker = Broker(unknown(error), known(23))

    assert (await group.asks(broker), broker.lookups) == (23, 2)


async def test_a_group_that_never_committed_has_no_offset(group: Group) -> None:
    assert await group.asks(Broker(known(-1))) is None


async def test_a_group_that_one_may_not_see_is_named(group: Group) -> None:
    with pytest.raises(GroupAuthorizationFailedError, match="intake"):
        await group.asks(Broker(unknown(GroupAuthorizationFailedError)))


async def test_a_command_says_that_the_offsets_are_not_known_now() -> None:
    admin = admin_of(KafkaAccess(NOWHERE))
    admin._client = Broker(unknown(GroupLoadInProgressError), known(23))

    with pytest.raises(GroupLoadInProgressError):
        await admin.list_consumer_group_offsets("intake", 1)

    assert (await admin.list_consumer_group_offsets("intake", 1))[PLACE].offset == 23
