from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from clusters import LANES, Cluster, InMemory, OnKafka
from real import make_topics

PAIR = ["memory", pytest.param("real", marks=pytest.mark.sandbox)]


@pytest.fixture(params=PAIR)
async def cluster(request: pytest.FixtureRequest) -> AsyncIterator[Cluster]:
    topics = tuple(f"{name}-{uuid4().hex[:8]}" for name in ("forms", "answers"))
    if request.param == "memory":
        yield InMemory(topics)
        return
    sandbox = request.getfixturevalue("sandbox")
    await make_topics(sandbox, topics, LANES)
    found = OnKafka(sandbox.endpoints().kafka.bootstrap_servers, topics)
    yield found
    await found.close()
