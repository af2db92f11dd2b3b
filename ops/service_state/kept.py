"""Until when what waits for a service is kept: a topic forgets it, read or not."""

from datetime import datetime, timedelta

from schemas.topics import event_topics

KEPT = {
    topic.name: timedelta(milliseconds=topic.retention_ms) for topic in event_topics() if topic.retention_ms is not None
}
"""By topic: how long it keeps a record."""


def kept_until(service: str, since: datetime) -> datetime:
    """When the first of what comes for it from this moment on is removed from its topic."""
    return since + min(KEPT[topic.name] for topic in event_topics() if service in topic.consumers)
