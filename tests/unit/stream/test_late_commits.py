"""A commit belongs to the lanes it was asked for: one that has to be tried again is not tried for those of others."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.consumer.subscription_state import SubscriptionState
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocol
from aiokafka.errors import CommitFailedError, NoError, NotCoordinatorForGroupError
from aiokafka.protocol.commit import OffsetCommitRequest, OffsetCommitResponse_v3, OffsetFetchRequest
from aiokafka.protocol.commit import OffsetFetchResponse_v3 as Fetched
from aiokafka.protocol.group import (
    HeartbeatRequest,
    HeartbeatResponse_v1,
    JoinGroupRequest,
    LeaveGroupRequest,
    LeaveGroupResponse_v1,
    SyncGroupRequest,
)
from aiokafka.protocol.group import JoinGroupResponse_v5 as Joined
from aiokafka.protocol.group import SyncGroupResponse_v3 as Synced
from aiokafka.structs import OffsetAndMetadata

from stream.group_offsets import KnowingCoordinator

PLACE = TopicPartition("form-received", 0)


class Broker(AIOKafkaClient):  # type: ignore[misc] # aiokafka has no types
    """Coordinates a group: each joining is a new generation, whose assignments are these, one after the other."""

    def __init__(self, *assignments: int) -> None:
        super().__init__(bootstrap_servers="127.0.0.1:1")
        self.generation = 0
        self.assignments = list(assignments)
        self.committed_under: list[int] = []
        self.asked_to_commit = asyncio.Event()
        self.refuse_first = asyncio.Event()

    async def send(self, _: int, request: Any, **__: Any) -> Any:
        match request:
            case JoinGroupRequest():
                self.generation += 1
                return Joined(0, 0, self.generation, "range", "the leader", "a member", [])
            case SyncGroupRequest():
                handed_out = [(PLACE.topic, [self.assignments.pop(0)])]
                return Synced(0, 0, ConsumerProtocol.ASSIGNMENT(0, handed_out, b"").encode())
            case OffsetFetchRequest():
                return Fetched(0, [], 0)
            case OffsetCommitRequest():
                return await self._commit(request)
            case HeartbeatRequest():
                return HeartbeatResponse_v1(0, 0)
            case LeaveGroupRequest():
                return LeaveGroupResponse_v1(0, 0)
        raise NotImplementedError(request)

    async def _commit(self, request: OffsetCommitRequest) -> OffsetCommitResponse_v3:
        self.committed_under.append(request._consumer_group_generation_id)
        self.asked_to_commit.set()
        error: Any = NoError
        if len(self.committed_under) == 1:
            await self.refuse_first.wait()
            error = NotCoordinatorForGroupError
        return OffsetCommitResponse_v3(0, [(PLACE.topic, [(PLACE.partition, error.errno)])])

    async def ready(self, *_: Any, **__: Any) -> bool:
        return True

    async def coordinator_lookup(self, *_: Any) -> int:
        return 1


class Member:
    """One of the group, by the library's own protocol."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.state = SubscriptionState()
        self.state.subscribe({PLACE.topic})
        self.coordinator = KnowingCoordinator(
            broker,
            self.state,
            group_id="intake",
            enable_auto_commit=False,
            assignors=(RangePartitionAssignor,),
            retry_backoff_ms=1,
        )

    async def joins(self) -> None:
        """Wait for the next generation's lanes."""
        waiting = self.state.wait_for_assignment()
        self.coordinator.request_rejoin()
        await asyncio.wait_for(waiting, 5)

    async def commits(self) -> None:
        """What is asked for under the assignment of now."""
        assignment = self.state.subscription.assignment
        await self.coordinator.commit_offsets(assignment, {PLACE: OffsetAndMetadata(200, "")})


@pytest.fixture
async def member() -> AsyncIterator[Member]:
    member = Member(Broker(0, 1))
    await member.joins()
    yield member
    await member.coordinator.close()


async def test_a_commit_is_not_tried_again_once_its_lane_is_somebody_elses(member: Member) -> None:
    committing = asyncio.create_task(member.commits())
    await asyncio.wait_for(member.broker.asked_to_commit.wait(), 5)
    await member.joins()
    assert member.state.assigned_partitions() == {TopicPartition(PLACE.topic, 1)}
    member.broker.refuse_first.set()

    with pytest.raises(CommitFailedError):
        await asyncio.wait_for(committing, 5)
    assert member.broker.committed_under == [1]


async def test_a_commit_is_tried_again_while_the_group_stays_as_it_is(member: Member) -> None:
    member.broker.refuse_first.set()

    await asyncio.wait_for(member.commits(), 5)

    assert member.broker.committed_under == [1, 1]


async def test_nothing_is_committed_by_who_was_put_out_of_the_group(member: Member) -> None:
    """A group without members takes the commit of anybody who names none."""
    member.broker.refuse_first.set()
    member.coordinator.reset_generation()

    with pytest.raises(CommitFailedError):
        await asyncio.wait_for(member.commits(), 5)
    assert member.broker.committed_under == []


async def test_who_takes_part_in_no_group_commits_for_one_that_is_empty() -> None:
    """So a service that stands still is put back."""
    broker, state = Broker(), SubscriptionState()
    broker.refuse_first.set()
    state.assign_from_user({PLACE})
    coordinator = KnowingCoordinator(broker, state, group_id="intake", enable_auto_commit=False, retry_backoff_ms=1)

    await coordinator.commit_offsets(state.subscription.assignment, {PLACE: OffsetAndMetadata(200, "")})

    assert broker.committed_under == [-1, -1]
    await coordinator.close()
