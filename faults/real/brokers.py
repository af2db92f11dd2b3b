"""Kafka's nodes die and sleep."""

import asyncio
import signal
from collections import Counter
from functools import partial
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient

from faults.real.scene import Scene
from sandbox.kafka import node_names
from sandbox.waiting import until
from schemas.events import FormReceived
from schemas.flow import LANES
from stream.kafka_topics import TopicSpec, until_answers, until_led

_ASLEEP_S = 3.0
_AWAY_S = 8.0
_IN_SYNC_S_MAX = 60.0
_SERVED = (TopicSpec(FormReceived.name, LANES, {}), TopicSpec("__consumer_offsets", 4, {}))
"""What a node that was away has to lead again before anybody can go on: a topic of ours, and the groups' positions."""


async def killed(scene: Scene) -> None:
    """SIGKILL for the only node; the outage ends when it leads its partitions again."""
    old = scene.sandbox.send("kafka", signal.SIGKILL)
    await scene.restarted("kafka", old)
    access = scene.sandbox.endpoints().kafka.access
    await until_answers(access)
    await until_led(access, _SERVED)


async def asleep(scene: Scene) -> None:
    """SIGSTOP for the only node, for longer than a session."""
    scene.sandbox.send("kafka", signal.SIGSTOP)
    await asyncio.sleep(_ASLEEP_S)
    scene.sandbox.send("kafka", signal.SIGCONT)


async def leader_killed(scene: Scene) -> None:
    """SIGKILL for the node that leads most lanes of the forms' topic; it stays away for longer than recovery takes."""
    leader = await leading_node(scene)
    hold = scene.sandbox.state.held / leader
    hold.touch()
    scene.sandbox.send(leader, signal.SIGKILL)
    scene.meanwhile(_back(scene, leader))


async def leading_node(scene: Scene) -> str:
    """The name of the node that leads most lanes of the forms' topic."""
    (topic,) = await _described(scene, [FormReceived.name])
    ((node, _),) = Counter(partition["leader"] for partition in topic["partitions"]).most_common(1)
    return node_names(int(node))[-1]


async def _back(scene: Scene, name: str) -> None:
    """The node is back once all copies are in sync: if another died before that, two of three would be without them."""
    await asyncio.sleep(_AWAY_S)
    (scene.sandbox.state.held / name).unlink()
    await scene.restarted(name, 0)
    await until(partial(_all_in_sync, scene), deadline_s=_IN_SYNC_S_MAX, missing=f"{name} has not all copies")


async def _all_in_sync(scene: Scene) -> bool:
    partitions = [one for topic in await _described(scene) for one in topic["partitions"]]
    return all(len(one["isr"]) == len(one["replicas"]) for one in partitions)


async def _described(scene: Scene, topics: list[str] | None = None) -> list[dict[str, Any]]:
    admin = AIOKafkaAdminClient(bootstrap_servers=scene.sandbox.endpoints().kafka.bootstrap_servers)
    await admin.start()
    try:
        return list(await admin.describe_topics(topics))
    finally:
        await admin.close()
