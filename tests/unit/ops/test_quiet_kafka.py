"""What Kafka's client says of a Kafka that is away: nothing beside the command's own sentence."""

import logging

import click
import pytest
from aiokafka.errors import KafkaError

from ops.publishing import form_producer
from ops.replay.topic_reader import topic_reader


@pytest.fixture(autouse=True)
def _loud() -> None:
    logging.getLogger("aiokafka").setLevel(logging.NOTSET)


async def test_who_reads_hears_one_sentence(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(click.ClickException, match="Kafka does not answer"):
        async with topic_reader("127.0.0.1:1"):
            pass
    assert caplog.text == ""


async def test_who_publishes_hears_the_error_alone(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(KafkaError):
        async with form_producer("127.0.0.1:1"):
            pass
    assert caplog.text == ""
