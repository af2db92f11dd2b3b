"""A forced replay rehearses what the service named would decide: it has to know every one."""

import pytest
from each import each

from ops.replay.rehearsed_services import service_by_name
from schemas.flow import SERVICE_NAMES
from stream.read_pool import ReadPool

POOL = ReadPool("postgresql://nobody@nowhere/none")
"""Asked nothing here."""


@each(SERVICE_NAMES)
def test_every_service_of_the_flow_can_be_rehearsed(name: str) -> None:
    assert service_by_name(name, POOL).name == name


def test_a_service_that_is_not_named_there_is_noticed() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        service_by_name("invoicing", POOL)
