from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.errors import SandboxError
from sandbox.kafka_jars import JarStore, kafka_store, read_lock, sha256

CONTENT = b"a jar" * 100


@pytest.fixture
def store(tmp_path: Path) -> JarStore:
    for name in ("broker.jar", "client.jar"):
        (tmp_path / name).write_bytes(CONTENT)
    digest = sha256(tmp_path / "broker.jar")
    return JarStore(tmp_path, {"broker.jar": digest, "client.jar": digest})


def test_the_classpath_holds_the_locked_jars_and_no_other_file(store: JarStore) -> None:
    (store.directory / "stowaway.jar").write_bytes(CONTENT)

    assert store.classpath() == f"{store.directory}/broker.jar:{store.directory}/client.jar"


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda jar: jar.write_bytes(CONTENT[:-1]), "client.jar is truncated or altered (499 bytes)"),
        (lambda jar: jar.write_bytes(CONTENT[:-1] + b"X"), "client.jar is truncated or altered (500 bytes)"),
        (lambda jar: jar.unlink(), "client.jar is missing"),
    ],
    ids=["truncated", "altered", "missing"],
)
def test_a_spoilt_jar_is_refused_by_name(store: JarStore, spoil: Callable[[Path], None], complaint: str) -> None:
    spoil(store.directory / "client.jar")

    with pytest.raises(SandboxError) as refusal:
        store.classpath()

    assert complaint in str(refusal.value)
    assert "make setup" in str(refusal.value)
    assert "broker.jar" not in str(refusal.value)


def test_where_no_jar_was_fetched_yet_it_is_said_how_to_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"^Kafka's jars were not fetched yet: run `make setup`$"):
        JarStore(tmp_path / "nothing", read_lock()).classpath()


def test_the_checked_in_lock_covers_kafka_and_its_log_binding() -> None:
    locked = read_lock()

    assert {"kafka_2.13-4.3.1.jar", "kafka-clients-4.3.1.jar", "log4j-slf4j-impl-2.25.4.jar"} <= locked.keys()
    assert not [name for name in locked if name.startswith("kafka-clients-3")]


def test_the_jars_of_this_checkout_are_the_locked_ones() -> None:
    kafka_store().verify()
