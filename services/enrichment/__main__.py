"""`python -m services.enrichment`."""

from services.enrichment.decide import service
from services.enrichment.facts import PostgresPolicies
from services.enrichment.settings import EnrichmentSettings
from stream.read_pool import ReadPool
from stream.run import Deployment, main


async def build(settings: EnrichmentSettings) -> Deployment:
    """The service over the policies of its own schema."""
    pool = ReadPool(str(settings.postgres_url))
    return Deployment(service(PostgresPolicies(pool), settings.terms()), close=pool.close)


if __name__ == "__main__":
    main(build, EnrichmentSettings)
