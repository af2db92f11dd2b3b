from datetime import UTC, datetime
from typing import Any

import pytest

from schemas import codec
from schemas.example import examples
from schemas.ids import RegistrationId
from services.enrichment import decide as enrichment
from services.enrichment.gate import Facts
from services.enrichment.terms import Terms as EnrichmentTerms
from services.intake.decide import service as intake
from services.intake.terms import Terms as IntakeTerms
from services.notifier.decide import SERVICE as NOTIFIER
from services.provisioning import decide as provisioning
from services.provisioning.terms import Terms as ProvisioningTerms
from services.timeline.decide import SERVICE as TIMELINE
from stream.service import Case, Emit, Ignore, Park, Service, WorkingSet

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def no_policies(_concerns: object) -> Facts:
    return {}


SERVICES: tuple[Service[Any], ...] = (
    intake(IntakeTerms()),
    enrichment.service(no_policies, EnrichmentTerms()),
    provisioning.service(ProvisioningTerms()),
    NOTIFIER,
    TIMELINE,
)
EXAMPLES = [example for example in examples() if not example.parked]


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_example_of_every_version_is_decided_by_every_consumer(service: Service[Any]) -> None:
    consumed = {event.name for event in service.party.consumes}
    for example in EXAMPLES:
        if example.event.name in consumed:
            decoded = codec.decode(example.event.name, list(example.headers), example.value)
            subject = RegistrationId(decoded.envelope.subject)
            touched = service.touches(decoded.event, subject)
            case: Case[Any] = Case(subject, decoded.event, decoded.envelope, WorkingSet({}), {}, NOW, touched.found)
            assert isinstance(service.decide(case), Emit | Ignore | Park), example.name
            assert {key.kind for key in touched.documents} <= set(service.kinds), example.name


def test_every_consumed_event_has_an_example() -> None:
    shown = {example.event.name for example in examples()}
    assert {event.name for service in SERVICES for event in service.party.consumes} <= shown
