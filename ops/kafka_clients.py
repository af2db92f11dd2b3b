"""Kafka's clients as commands have them: they log nothing, and a broker that does not answer is no wait of a minute.

A broker that hangs still lets clients connect, and says nothing from then on. A command says in a sentence what became
of it.
"""

import asyncio
import logging
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError

ANSWER_S_MAX = 8.0
_REQUEST_TIMEOUT_MS = int(ANSWER_S_MAX * 1000)


def consumer_of(bootstrap_servers: str, **settings: Any) -> AIOKafkaConsumer:
    """Not started. It waits for an answer for ANSWER_S_MAX seconds."""
    _be_quiet()
    return AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, request_timeout_ms=_REQUEST_TIMEOUT_MS, **settings)


def admin_of(bootstrap_servers: str) -> AIOKafkaAdminClient:
    """Not started. It waits for an answer for ANSWER_S_MAX seconds."""
    _be_quiet()
    return AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=_REQUEST_TIMEOUT_MS)


def producer_of(bootstrap_servers: str, **settings: Any) -> AIOKafkaProducer:
    """Not started; `begin` starts it. Its own deadlines are left: one that passes leaves a record's fate unknown."""
    _be_quiet()
    return AIOKafkaProducer(bootstrap_servers=bootstrap_servers, **settings)


async def begin(producer: AIOKafkaProducer) -> None:
    """Connect it; nothing is published before. Raises KafkaConnectionError when nobody answers in time."""
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            await producer.start()
    except TimeoutError:
        raise KafkaConnectionError(f"no answer within {ANSWER_S_MAX:g} s") from None


def no_answer(bootstrap_servers: str, error: Exception) -> str:
    """What a command says when Kafka is away."""
    return (
        f"Kafka at {bootstrap_servers} does not answer ({type(error).__name__}): is it up, and does it not hang? "
        "The runbook's `Kafka is down` says what to do."
    )


def _be_quiet() -> None:
    """From now on Kafka's client logs nothing in this process."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
