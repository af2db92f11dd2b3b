"""Faust with the defaults changed that would harm us."""

from typing import Any

import faust
from faust.types.auth import CredentialsT

from stream.group_offsets import use_known_offsets
from stream.kafka_access import KafkaAccess
from stream.tolerant_records import use_tolerant_records


class _App(faust.App):
    async def on_first_start(self) -> None:
        """Make no directories: tables are kept in memory, and a killed process would leave the directories behind."""


def faust_app(name: str, access: KafkaAccess, **others: Any) -> faust.App:
    """An app that makes no topics, is back soon after a restart, and that no record can end.

    `others` are more settings under Faust's names, and take precedence over ours.
    """
    use_tolerant_records()
    use_known_offsets()
    ours: dict[str, Any] = {
        "broker": ";".join(f"kafka://{one.strip()}" for one in access.bootstrap.split(",")),
        "broker_credentials": _credentials(access),
        "store": "memory://",
        "topic_disable_leader": True,
        "topic_allow_declare": False,
        "broker_session_timeout": 6,
        "broker_heartbeat_interval": 2,
        "broker_commit_interval": 0.5,
        "stream_wait_empty": False,
    }
    return _App(name, **ours | others)


def _credentials(access: KafkaAccess) -> CredentialsT | None:
    tls = access.tls()
    if tls is None:
        return None
    if access.password is None:
        return faust.SSLCredentials(tls)
    secret = access.password.get_secret_value()
    return faust.SASLCredentials(username=access.username, password=secret, mechanism=access.mechanism, ssl_context=tls)
