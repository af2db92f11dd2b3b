"""`python -m services.intake`."""

from services.intake.decide import SERVICE
from stream.run import Deployment, main
from stream.settings import Settings


async def build(settings: Settings) -> Deployment:
    """The service needs nothing beside the worker."""
    del settings
    return Deployment(SERVICE)


if __name__ == "__main__":
    main(build, Settings)
