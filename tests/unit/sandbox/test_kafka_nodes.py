from pathlib import Path

import pytest

from sandbox.errors import SandboxError
from sandbox.kafka import Detour, KafkaCluster, KafkaNode, node_names, port_names


def cluster(folder: Path, nodes: int, detour: Detour | None = None) -> KafkaCluster:
    return KafkaCluster(
        tuple(
            KafkaNode(number, 1000 + number, 2000 + number, folder / str(number), folder / f"{name}.log", detour)
            for number, name in enumerate(node_names(nodes), 1)
        ),
        folder,
        classpath="",
    )


def settings(folder: Path, node: int) -> dict[str, str]:
    lines = (folder / f"{node}.properties").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_three_nodes_keep_three_copies_and_two_of_them_acknowledge(tmp_path: Path) -> None:
    assert [step.name for step in cluster(tmp_path, 3).format_steps()] == [
        "format of kafka",
        "format of kafka-2",
        "format of kafka-3",
    ]
    for node in (1, 2, 3):
        found = settings(tmp_path, node)
        assert found["controller.quorum.voters"] == "1@127.0.0.1:2001,2@127.0.0.1:2002,3@127.0.0.1:2003"
        assert (found["default.replication.factor"], found["min.insync.replicas"]) == ("3", "2")
        assert (found["offsets.topic.replication.factor"], found["transaction.state.log.min.isr"]) == ("3", "2")


def test_one_node_keeps_one_copy(tmp_path: Path) -> None:
    cluster(tmp_path, 1).format_steps()
    assert settings(tmp_path, 1)["default.replication.factor"] == "1"
    assert cluster(tmp_path, 1).copies == 1


def test_data_of_a_cluster_of_another_size_are_refused(tmp_path: Path) -> None:
    cluster(tmp_path, 1).format_steps()
    cluster(tmp_path, 1).format_steps()
    with pytest.raises(SandboxError, match="holds a cluster of 1"):
        cluster(tmp_path, 3).format_steps()


def test_whoever_comes_by_a_detour_is_told_to_stay_on_it(tmp_path: Path) -> None:
    taken = cluster(tmp_path, 1, Detour(port=3001, advertised=4001))
    taken.format_steps()
    found = settings(tmp_path, 1)
    assert "DETOUR://127.0.0.1:3001" in found["listeners"]
    assert "DETOUR://127.0.0.1:4001" in found["advertised.listeners"]
    assert (taken.bootstrap_servers, taken.detour) == ("127.0.0.1:1001", "127.0.0.1:4001")


def test_without_a_detour_everybody_takes_the_same_way(tmp_path: Path) -> None:
    assert cluster(tmp_path, 2).detour == cluster(tmp_path, 2).bootstrap_servers == "127.0.0.1:1001,127.0.0.1:1002"
    assert port_names(2) == (
        "kafka",
        "kafka-controller",
        "kafka-detour",
        "kafka-2",
        "kafka-2-controller",
        "kafka-2-detour",
    )
