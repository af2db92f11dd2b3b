"""Faust's transport, told to wait for more records at a time.

A fetch names every partition of nineteen topics, and costs the broker and this process the same whether it brings one
record or a thousand. The view is drawn twice a second at most, so nothing is lost by fetching that often. Faust has no
setting for either number.
"""

from typing import Any

from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport

FETCH_MIN_BYTES = 200_000
FETCH_MAX_WAIT_MS = 400


class _PatientThread(AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_min_bytes = FETCH_MIN_BYTES  # noqa: SLF001
        consumer._fetch_max_wait_ms = FETCH_MAX_WAIT_MS  # noqa: SLF001
        return consumer


class _PatientConsumer(Consumer):
    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _PatientThread(self, loop=self.loop, beacon=self.beacon)


class PatientTransport(Transport):
    """As Faust's own, but for how much its consumer waits for."""

    Consumer = _PatientConsumer
