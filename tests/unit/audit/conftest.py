import pytest
from test_judge import healthy_day

from ops.audit.judge.evidence import Evidence


@pytest.fixture
def healthy() -> Evidence:
    return healthy_day()
