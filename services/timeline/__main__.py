"""`python -m services.timeline`."""

from services.timeline.decide import SERVICE
from services.timeline.settings import TimelineSettings
from stream.run import Deployment, main


async def build(settings: TimelineSettings) -> Deployment:
    """The service, which needs nothing."""
    del settings
    return Deployment(SERVICE)


if __name__ == "__main__":
    main(build, TimelineSettings)
