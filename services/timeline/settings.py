"""What the timeline is told about itself."""

from pydantic import Field

from stream.settings import Settings


class TimelineSettings(Settings):
    """The runtime's settings. It reads almost every topic and nobody waits for it: records are fetched together."""

    fetch_min_bytes: int = Field(default=100_000, ge=1)
    fetch_max_wait_ms: int = Field(default=400, ge=1)
