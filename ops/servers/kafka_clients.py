"""Kafka clients for commands: they log nothing, and wait for a broker for seconds rather than for minutes.

A broker that hangs still accepts connections, but then answers nothing. Commands report that in a sentence.
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
"""The errors that publishing raises."""
_REQUEST_TIMEOUT_MS = int(ANSWER_S_MAX * 1000)


def consumer_of(access: KafkaAccess, **settings: Any) -> AIOKafkaConsumer:
    """A consumer, not started. It waits at most `ANSWER_S_MAX` for an answer."""
    _be_quiet()
    return AIOKafkaConsumer(**access.arguments(), request_timeout_ms=_REQUEST_TIMEOUT_MS, **settings)


def admin_of(access: KafkaAccess) -> AIOKafkaAdminClient:
    """An admin client, not started. It waits at most `ANSWER_S_MAX` for an answer."""
    _be_quiet()
    return _Admin(**access.arguments(), request_timeout_ms=_REQUEST_TIMEOUT_MS)


def producer_of(access: KafkaAccess, **settings: Any) -> AIOKafkaProducer:
    """A producer, not started; `connect` starts it.

    It keeps the library's longer timeouts: after one, nobody knows whether a record was published.
    """
    _be_quiet()
    return AIOKafkaProducer(**access.arguments(), **settings)


async def connect(producer: AIOKafkaProducer) -> None:
    """Start it. Raises KafkaConnectionError when no broker answers within `ANSWER_S_MAX`."""
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            await producer.start()
    except TimeoutError:
        raise KafkaConnectionError(f"no answer within {ANSWER_S_MAX:g} s") from None


def named(error: BaseException) -> str:
    """Why nothing was published, to be put into a sentence: a denial's own text, or else the error's class."""
    return str(error) if isinstance(error, AccessDenied) else type(error).__name__


async def no_answer(access: KafkaAccess, error: KafkaError | TimeoutError) -> str:
    """What a command says when Kafka does not answer, refuses the connection, or does not allow the operation."""
    if isinstance(error, DENIALS):
        return denial(access, error)
    if isinstance(error, KafkaConnectionError) and (why := await refusal(access)):
        return why
    return (
        f"Kafka at {access.bootstrap} does not answer ({type(error).__name__}): is it up, and does it not hang? "
        "The runbook's `Kafka is down` says what to do."
    )


class _Admin(AIOKafkaAdminClient):  # type: ignore[misc] # aiokafka has no types
    """Raises an error that a response carries, where the library would report that a group has no offsets."""

    async def _send_request(self, request: Any, node_id: int | None = None) -> Any:
        response = await super()._send_request(request, node_id)
        refuse_error(response)
        return response


def _be_quiet() -> None:
    """Let the Kafka library log nothing in this process."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
