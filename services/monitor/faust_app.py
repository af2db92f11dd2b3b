"""Faust, set as its defaults would harm."""

from typing import Any

import faust

from stream.tolerant_records import use_tolerant_records


def faust_app(name: str, bootstrap: str, datadir: str, **others: Any) -> faust.App:
    """Topics are made with the others of the flow, a restart does not wait a minute, and no record ends the process.

    `bootstrap` is Kafka's list of HOST:PORT, with commas; `others` are named as Faust names them, and go before ours.
    """
    use_tolerant_records()
    ours: dict[str, Any] = {
        "broker": ";".join(f"kafka://{one}" for one in bootstrap.split(",")),
        "store": "memory://",
        "datadir": datadir,
        "topic_disable_leader": True,
        "topic_allow_declare": False,
        "broker_session_timeout": 6,
        "broker_heartbeat_interval": 2,
        "broker_commit_interval": 0.5,
        "stream_wait_empty": False,
    }
    return faust.App(name, **ours | others)
