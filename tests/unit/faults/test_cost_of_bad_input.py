"""What a record of each kind may cost whoever reads it: by memory, and by CPU time beside that of a good form."""

import pytest

from faults.fuzz.cost import CPU_MS_MAX, MEMORY_MB_MAX, Cost, cost
from faults.fuzz.publishers import PUBLISHERS, WEB_FORMS

OF_EACH_KIND = 6
SEED = 1
GOOD_CPU_MS = 1.4
"""Of a good form, on the machine on which the limit was set (docs/reliability.md): others are slower, or busy."""
READ = [(name, kind) for name, publisher in PUBLISHERS.items() for kind in publisher.kinds]


@pytest.mark.long
@pytest.mark.parametrize(("name", "kind"), READ, ids=lambda value: value)
async def test_a_record_of_this_kind_costs_no_more_than_it_may(name: str, kind: str) -> None:
    good = await cost(WEB_FORMS, "good", SEED, OF_EACH_KIND)
    found = await cost(PUBLISHERS[name], kind, SEED, OF_EACH_KIND)
    assert found.memory_mb_worst <= MEMORY_MB_MAX
    assert found.cpu_ms_worst / good.cpu_ms <= CPU_MS_MAX / GOOD_CPU_MS


@pytest.mark.parametrize(
    ("measured", "good"),
    [
        (Cost("within", 1, CPU_MS_MAX, MEMORY_MB_MAX), True),
        (Cost("slow", 1, CPU_MS_MAX + 1, 1), False),
        (Cost("large", 1, 1, MEMORY_MB_MAX + 1), False),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_the_verdict_is_by_the_worst_record_in_cpu_and_in_memory(measured: Cost, *, good: bool) -> None:
    assert measured.good is good
