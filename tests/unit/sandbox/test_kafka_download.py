"""Fetching Kafka's jars where no repository can be reached."""

from pathlib import Path

import pytest

from sandbox.errors import SandboxError
from sandbox.kafka_download import resolve

NOBODY_LISTENS = "http://127.0.0.1:9"


def test_without_a_network_it_is_said_what_cannot_be_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, NOBODY_LISTENS)
        monkeypatch.setenv(name.lower(), NOBODY_LISTENS)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SandboxError) as refused:
        list(resolve(tmp_path))
    assert str(refused.value) == (
        "Kafka's jars could not be fetched: the repository of Maven packages cannot be reached from here. "
        "Look at the network and at HTTPS_PROXY, and run `make setup` again."
    )
