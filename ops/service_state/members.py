"""The members of a service's consumer group: our workers, known by their client ids, and strangers."""

from typing import NamedTuple

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupAuthorizationFailedError

from ops.servers.kafka_clients import admin_of
from schemas.flow import SERVICES
from stream.client_id import release_of
from stream.kafka_access import KafkaAccess

_ERROR, _MEMBERS = 0, 5
"""The places of these in the description of a group."""


class Members(NamedTuple):
    """The release of each worker; the client id and host of each stranger."""

    workers: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()


async def members(access: KafkaAccess) -> dict[str, Members]:
    """The members of every service's group."""
    admin = admin_of(access)
    await admin.start()
    try:
        # One by one, as aiokafka misreads an answer about several groups.
        return {party.name: await _members(admin, party.name) for party in SERVICES}
    finally:
        await admin.close()


async def _members(admin: AIOKafkaAdminClient, group: str) -> Members:
    (answer,) = await admin.describe_consumer_groups([group])
    (described,) = answer.groups
    if described[_ERROR] == GroupAuthorizationFailedError.errno:
        raise GroupAuthorizationFailedError(group)
    return members_of(group, [(client, host) for _, client, host, *_ in described[_MEMBERS]])


def members_of(service: str, found: list[tuple[str, str]]) -> Members:
    """Sorts members, given as client id and host, into workers and strangers."""
    releases = [release_of(client, service) for client, _ in found]
    strangers = [one for one, release in zip(found, releases, strict=True) if release is None]
    return Members(
        tuple(sorted(release for release in releases if release is not None)),
        tuple(sorted(_printable(f"{client} at {host.lstrip('/')}") for client, host in strangers)),
    )


def _printable(text: str) -> str:
    """Without control characters, which would affect a terminal: members choose their client ids freely."""
    return "".join(character if character.isprintable() else "?" for character in text)
