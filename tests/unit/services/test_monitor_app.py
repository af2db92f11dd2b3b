import asyncio
from pathlib import Path

import pytest

from services.monitor.faust_app import faust_app
from stream.kafka_access import KafkaAccess


def test_brokers_may_be_listed_with_spaces_between_them() -> None:
    app = faust_app("monitor", KafkaAccess("a:9093, [::1]:9094"))
    assert [(url.host, url.port) for url in app.conf.broker] == [("a", 9093), ("::1", 9094)]


def test_a_view_that_is_killed_leaves_nothing_as_it_makes_no_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asyncio.run(faust_app("monitor", KafkaAccess("a:9093")).on_first_start())
    assert list(tmp_path.iterdir()) == []
