"""`python -m services.enrichment`."""

from datetime import timedelta

from pydantic import Field

from services.enrichment.decide import service
from services.enrichment.facts import PostgresPolicies
from services.enrichment.terms import Terms
from stream.read_pool import ReadPool
from stream.run import Deployment, main
from stream.settings import Settings


class EnrichmentSettings(Settings):
    """The runtime's settings and the terms."""

    policy_deadline_days: float = Field(default=30, gt=0)
    mandate_reminder_days: float = Field(default=7, gt=0)


async def build(settings: EnrichmentSettings) -> Deployment:
    """The service over the policies of its own schema."""
    pool = ReadPool(str(settings.postgres_url))
    terms = Terms(
        deadline=timedelta(days=settings.policy_deadline_days),
        reminder=timedelta(days=settings.mandate_reminder_days),
    )
    return Deployment(service(PostgresPolicies(pool), terms), close=pool.close)


if __name__ == "__main__":
    main(build, EnrichmentSettings)
