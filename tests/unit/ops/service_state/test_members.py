"""Who is in a service's group is told by name: our workers by their releases, and strangers."""

import pytest
from pydantic import PostgresDsn

from ops.service_state.members import Members, members_of
from services.timeline.decide import SERVICE
from stream.client_id import client_id
from stream.kafka_settings import kafka_settings
from stream.settings import Settings


def test_a_worker_calls_itself_by_its_service_and_release() -> None:
    settings = Settings(kafka_bootstrap="127.0.0.1:9", postgres_url=PostgresDsn("postgresql://a/b"), release="0.2.0")
    called = kafka_settings(SERVICE, settings).client_id
    assert called == "koppeling-timeline-0.2.0"
    assert members_of("timeline", [(called, "/10.0.0.1")]) == Members(("0.2.0",), ())


def test_no_stranger_steers_the_terminal() -> None:
    assert members_of("intake", [("\x1b[2Ja\nb", "/10.0.0.9")]).strangers == ("?[2Ja?b at 10.0.0.9",)


@pytest.mark.parametrize("stranger", ["console-consumer", "intake", "", client_id("timeline", "1")])
def test_whoever_calls_itself_otherwise_is_a_stranger(stranger: str) -> None:
    ours = client_id("intake", "1-b"), "/10.0.0.1"
    assert members_of("intake", [(stranger, "/10.0.0.9"), ours]) == Members(("1-b",), (f"{stranger} at 10.0.0.9",))
