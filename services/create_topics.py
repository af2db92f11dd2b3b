"""Creates the topics of the flow where they are missing, and ends: `python -m services.create_topics`.

Environment: KOPPELING_KAFKA_BOOTSTRAP, and with encryption or a login the others of `stream/kafka_access.py`. Waits for
the broker, and says that it does, and why. How many copies are kept is the brokers' `default.replication.factor`.
"""

import asyncio
import sys

from aiokafka.errors import KafkaError

from schemas.topics import all_topics
from stream.errors import AccessDenied
from stream.kafka_access import KafkaAccessSettings
from stream.kafka_topics import TopicSpec, create_topics
from stream.settings import read_settings

AS_THE_BROKERS_SAY = -1
ENDED_BY_CTRL_C = 130


def wanted() -> list[TopicSpec]:
    """Every topic, with its settings."""
    return [TopicSpec(topic.name, topic.partitions, topic.settings) for topic in all_topics()]


def main() -> None:
    """Tell what was missing and is there now, or how else it ends, and that it waits."""
    access = read_settings(KafkaAccessSettings).kafka_access

    def say_so(why: str) -> None:
        sys.stderr.write(f"Kafka at {access.bootstrap} is not there yet ({why}): waiting\n")

    try:
        made = asyncio.run(create_topics(access, wanted(), copies=AS_THE_BROKERS_SAY, waiting=say_so))
    except KeyboardInterrupt:
        sys.exit(ENDED_BY_CTRL_C)
    except AccessDenied as error:
        sys.exit(str(error))
    except KafkaError as error:
        sys.exit(f"Kafka refused to make the topics for {access.principal}: {error}")
    sys.stdout.writelines(f"{line}\n" for line in [f"{name}: made" for name in made] or ["every topic is there"])


if __name__ == "__main__":
    main()
