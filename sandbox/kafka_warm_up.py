"""Starts and ends a broker once, to keep what its JVM learns: `python -m sandbox.kafka_warm_up`.

Part of the set-up. Loading and linking classes is most of a small broker's start; from the archive
it takes half the time and a third less CPU. Everything works without it.
"""

import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.kafka import KafkaCluster, KafkaNode, write_warmth
from sandbox.kafka_jars import JarStore, kafka_store
from sandbox.ports import choose_ports
from sandbox.supervisor import Supervisor
from stream.kafka_topics import TopicSpec, create_topics

ARCHIVE_S_MAX = 120.0


async def warm_up(jars: JarStore) -> None:
    """Writes the archive; raises SandboxError when the broker does not start."""
    with tempfile.TemporaryDirectory(dir=jars.directory.parent) as folder:
        directory = Path(folder)
        archive = directory / "archive"
        supervisor = Supervisor(held=directory / "held", changed=lambda: None)
        supervisor.new_rank()
        try:
            await _use(_cluster(jars, directory), supervisor, archive)
        finally:
            await supervisor.stop()
        archive.rename(jars.warmth)


def _cluster(jars: JarStore, directory: Path) -> KafkaCluster:
    ports = choose_ports(("kafka", "kafka-controller"), remembered_in=directory / "ports.json")
    node = KafkaNode(1, ports["kafka"], ports["kafka-controller"], directory / "1", directory / "kafka.log")
    return KafkaCluster((node,), directory, jars.classpath())


async def _use(cluster: KafkaCluster, supervisor: Supervisor, archive: Path) -> None:
    for step in cluster.format_steps():
        await supervisor.run(step)
    (broker,) = replace(cluster, warmth=write_warmth(archive)).specs()
    await supervisor.start(replace(broker, stop_s_max=ARCHIVE_S_MAX))
    await create_topics(cluster.access, [TopicSpec("warm-up", 1, {})])


def main() -> None:
    """Says what it does; a failure is told, and only makes later starts slower."""
    sys.stdout.write("preparing Kafka for quick starts (once)\n")
    sys.stdout.flush()
    try:
        asyncio.run(warm_up(kafka_store()))
    except (SandboxError, OSError) as error:
        sys.stdout.write(f"not prepared, so it will start slower: {error}\n")


if __name__ == "__main__":
    main()
