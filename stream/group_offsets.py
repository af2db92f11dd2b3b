"""A group's offsets: read only from a broker that knows them, and moved only by a holder of the lanes.

A broker that is still loading a group, or no longer coordinates it, says so once for the whole answer, and names no
partition. aiokafka looks only at the errors of partitions, and concludes that the group never committed anything: after
a restart of Kafka a service would believe that its position was lost.

aiokafka repeats a commit that a broker could not take, under the generation of that moment. The broker checks whether
the group has that generation, but not who holds the partition: a position that another worker moved would go back.
"""

from collections.abc import Mapping
from typing import Any

from aiokafka.consumer import consumer
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    IllegalGenerationError,
    NotCoordinatorForGroupError,
    for_code,
)
from aiokafka.protocol.commit import OffsetCommitRequest, OffsetFetchResponse_v2, OffsetFetchResponse_v3
from aiokafka.protocol.group import JoinGroupRequest

_ELSEWHERE = (GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError)


def use_known_offsets() -> None:
    """Let every consumer of this process ask until its group's offsets are known, and commit only its own lanes."""
    consumer.GroupCoordinator = KnowingCoordinator


class KnowingCoordinator(GroupCoordinator):  # type: ignore[misc] # aiokafka has no types
    """After an error raised here that may pass, the library asks again."""

    _joined_as = (OffsetCommitRequest.DEFAULT_GENERATION_ID, JoinGroupRequest.UNKNOWN_MEMBER_ID)

    async def _on_join_complete(self, generation: int, member_id: str, *handed_out: Any) -> None:
        self._joined_as = generation, member_id
        await super()._on_join_complete(generation, member_id, *handed_out)

    async def _do_commit_offsets(self, assignment: Any, offsets: Mapping[Any, Any]) -> None:
        # The generation changes before its assignment comes, so either may be the first to differ.
        if not assignment.active or (self.generation, self.member_id) != self._joined_as:
            raise IllegalGenerationError(self.group_id)
        await super()._do_commit_offsets(assignment, offsets)

    async def _send_req(self, request: Any) -> Any:
        response = await super()._send_req(request)
        try:
            refuse_error(response, self.group_id)
        except _ELSEWHERE:
            self.coordinator_dead()
            raise
        return response


def refuse_error(response: Any, *named: str) -> None:
    """Raise the error that an answer about offsets has for the whole group."""
    if isinstance(response, OffsetFetchResponse_v2 | OffsetFetchResponse_v3) and response.error_code:
        raise for_code(response.error_code)(*named)
