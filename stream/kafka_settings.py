"""What the transport on Kafka has to know of its service: its party in the flow, and its patience."""

from dataclasses import dataclass
from typing import Any

from schemas import flow
from stream.client_id import client_id
from stream.kafka_access import KafkaAccess
from stream.service import Service
from stream.settings import Settings
from stream.transport import Membership


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """How Kafka is reached, as a member of what and by what name, and how patiently."""

    access: KafkaAccess
    membership: Membership
    lanes: int
    client_id: str = "koppeling"
    session_timeout_ms: int = 10_000
    fetch_min_bytes: int = 1
    fetch_max_wait_ms: int = 500
    metadata_max_age_ms: int = 30_000
    request_timeout_ms: int = 10_000
    handover_s_max: float = 3.0


def kafka_settings(service: Service[Any], settings: Settings) -> KafkaSettings:
    """The service as a party of the flow, as its transport needs it."""
    return KafkaSettings(
        access=settings.kafka_access,
        membership=Membership.of(service.party),
        lanes=flow.LANES,
        client_id=client_id(service.name, settings.release),
        session_timeout_ms=settings.session_timeout_ms,
        fetch_min_bytes=settings.fetch_min_bytes,
        fetch_max_wait_ms=settings.fetch_max_wait_ms,
    )
