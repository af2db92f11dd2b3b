"""Creates the topics of the flow where they are missing, and ends: `python -m sandbox.create_topics`.

Environment: KOPPELING_KAFKA_BOOTSTRAP. Waits for the broker. How many copies are kept is the brokers'
`default.replication.factor`. Needs none of the sandbox's own packages: containers and clusters use it too.
"""

import asyncio
import os
import sys

from sandbox.topics import TopicSpec, create_topics
from schemas import flow

VARIABLE = "KOPPELING_KAFKA_BOOTSTRAP"
AS_THE_BROKERS_SAY = -1


def wanted() -> list[TopicSpec]:
    """Every topic of the flow and of the tables beside it, with its settings."""
    topics = (*flow.topics(), *flow.table_topics())
    return [TopicSpec(topic.name, topic.partitions, topic.settings) for topic in topics]


if __name__ == "__main__":
    if VARIABLE not in os.environ:
        sys.exit(f"{VARIABLE} is not set: where Kafka is, as host:port")
    asyncio.run(create_topics(os.environ[VARIABLE], wanted(), copies=AS_THE_BROKERS_SAY))
