"""Until when Kafka keeps what waits for a service: a topic's retention applies whether a record was read or not."""

from datetime import datetime, timedelta

from schemas.topics import event_topics

KEPT = {
    topic.name: timedelta(milliseconds=topic.retention_ms) for topic in event_topics() if topic.retention_ms is not None
}
"""How long each topic keeps a record."""


def kept_until(service: str, since: datetime) -> datetime:
    """When the first record that comes for the service after `since` can be removed from its topic."""
    return since + min(KEPT[topic.name] for topic in event_topics() if service in topic.consumers)
