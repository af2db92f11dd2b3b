"""Kafka's clients as commands have them: they log nothing, and a broker that does not answer is no wait of a minute.

A broker that hangs still lets clients connect, and says nothing from then on. A command says in a sentence what became
of it.
"""

import asyncio
import logging
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError, KafkaError

from stream.errors import AccessDenied
from stream.group_offsets import refuse_error
from stream.kafka_access import KafkaAccess
from stream.kafka_errors import DENIALS, denial, refusal

ANSWER_S_MAX = 8.0
UNPUBLISHED = (KafkaError, TimeoutError, AccessDenied)
"""What publishing raises."""
_REQUEST_TIMEOUT_MS = int(ANSWER_S_MAX * 1000)


def consumer_of(access: KafkaAccess, **settings: Any) -> AIOKafkaConsumer:
    """Not started. It waits for an answer for ANSWER_S_MAX seconds."""
    _be_quiet()
    return AIOKafkaConsumer(**access.arguments(), request_timeout_ms=_REQUEST_TIMEOUT_MS, **settings)


def admin_of(access: KafkaAccess) -> AIOKafkaAdminClient:
    """Not started. It waits for an answer for ANSWER_S_MAX seconds."""
    _be_quiet()
    return _Admin(**access.arguments(), request_timeout_ms=_REQUEST_TIMEOUT_MS)


def producer_of(access: KafkaAccess, **settings: Any) -> AIOKafkaProducer:
    """Not started; `connect` starts it. Its own deadlines are left: one that passes leaves a record's fate unknown."""
    _be_quiet()
    return AIOKafkaProducer(**access.arguments(), **settings)


async def connect(producer: AIOKafkaProducer) -> None:
    """Connect it; nothing is published before. Raises KafkaConnectionError when nobody answers in time."""
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            await producer.start()
    except TimeoutError:
        raise KafkaConnectionError(f"no answer within {ANSWER_S_MAX:g} s") from None


def named(error: BaseException) -> str:
    """Why nothing was published, to be said within a sentence: what is denied whole, anything else by its class."""
    return str(error) if isinstance(error, AccessDenied) else type(error).__name__


async def no_answer(access: KafkaAccess, error: KafkaError | TimeoutError) -> str:
    """What a command says when Kafka is away, does not let it in, or not do what it has to."""
    if isinstance(error, DENIALS):
        return denial(access, error)
    if isinstance(error, KafkaConnectionError) and (why := await refusal(access)):
        return why
    return (
        f"Kafka at {access.bootstrap} does not answer ({type(error).__name__}): is it up, and does it not hang? "
        "The runbook's `Kafka is down` says what to do."
    )


class _Admin(AIOKafkaAdminClient):  # type: ignore[misc] # aiokafka has no types
    """Raises when a group's offsets are not known now, where the library says that there are none."""

    async def _send_request(self, request: Any, node_id: int | None = None) -> Any:
        response = await super()._send_request(request, node_id)
        refuse_error(response)
        return response


def _be_quiet() -> None:
    """From now on Kafka's client logs nothing in this process."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
