"""`python -m services.timeline`."""

from pydantic import Field

from services.timeline.decide import SERVICE
from stream.run import Deployment, main
from stream.settings import Settings


class TimelineSettings(Settings):
    """The runtime's settings. It reads almost every topic and nobody waits for it: records are fetched together."""

    fetch_min_bytes: int = Field(default=100_000, ge=1)
    fetch_max_wait_ms: int = Field(default=400, ge=1)


async def build(settings: TimelineSettings) -> Deployment:
    """The service, which needs nothing."""
    del settings
    return Deployment(SERVICE)


if __name__ == "__main__":
    main(build, TimelineSettings)
