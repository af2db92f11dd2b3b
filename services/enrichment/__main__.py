"""`python -m services.enrichment`."""

from services.enrichment.decide import service
from services.enrichment.facts import PostgresPolicies
from stream.read_pool import ReadPool
from stream.run import Deployment, main
from stream.settings import Settings


async def build(settings: Settings) -> Deployment:
    """The service over the policies of its own schema."""
    pool = ReadPool(str(settings.postgres_url))
    return Deployment(service(PostgresPolicies(pool)), close=pool.close)


if __name__ == "__main__":
    main(build, Settings)
