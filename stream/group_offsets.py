"""Where a group stands, told apart from a broker that does not know it at the moment.

A broker that is still loading a group, or coordinates it no more, says so once for the whole answer, and names no
partition. aiokafka looks at the errors of partitions only, and takes such an answer for one about a group that never
committed anything: after a restart of Kafka a service would believe that its position was lost.
"""

from typing import Any

from aiokafka.consumer import consumer
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError, for_code
from aiokafka.protocol.commit import OffsetFetchResponse_v2, OffsetFetchResponse_v3

_ELSEWHERE = (GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError)


def use_known_offsets() -> None:
    """Let every consumer of this process ask again until its group's offsets are known."""
    consumer.GroupCoordinator = KnowingCoordinator


class KnowingCoordinator(GroupCoordinator):  # type: ignore[misc] # aiokafka has no types
    """After an error raised here that may pass, the library asks again."""

    async def _send_req(self, request: Any) -> Any:
        response = await super()._send_req(request)
        try:
            refuse_error(response, self.group_id)
        except _ELSEWHERE:
            self.coordinator_dead()
            raise
        return response


def refuse_error(response: Any, *named: str) -> None:
    """Raise what an answer about offsets says of the whole group."""
    if isinstance(response, OffsetFetchResponse_v2 | OffsetFetchResponse_v3) and response.error_code:
        raise for_code(response.error_code)(*named)
