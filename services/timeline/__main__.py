"""`python -m services.timeline`."""

from services.timeline.decide import SERVICE
from stream.run import Deployment, main
from stream.settings import Settings


async def build(settings: Settings) -> Deployment:
    """The service, which needs nothing."""
    del settings
    return Deployment(SERVICE)


if __name__ == "__main__":
    main(build, Settings)
