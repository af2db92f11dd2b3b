"""The composition root of a rehearsal: each service with what it needs to decide, but not with what it needs to run."""

from typing import Any

from schemas.flow import ENRICHMENT
from services.enrichment import decide as enrichment
from services.enrichment.facts import PostgresPolicies
from services.enrichment.terms import Terms as EnrichmentTerms
from services.intake import decide as intake
from services.intake.terms import Terms as IntakeTerms
from services.notifier import decide as notifier
from services.provisioning import decide as provisioning
from services.provisioning.terms import Terms as ProvisioningTerms
from services.timeline import decide as timeline
from stream.read_pool import ReadPool
from stream.service import Service

_SERVICES: tuple[Service[Any], ...] = (
    intake.service(IntakeTerms()),
    provisioning.service(ProvisioningTerms()),
    notifier.SERVICE,
    timeline.SERVICE,
)


def service_by_name(name: str, pool: ReadPool) -> Service[Any]:
    """The service with the default terms, which only set how long something waits; `pool` reads its data."""
    if name == ENRICHMENT.name:
        return enrichment.service(PostgresPolicies(pool), EnrichmentTerms())
    (found,) = (service for service in _SERVICES if service.name == name)
    return found
