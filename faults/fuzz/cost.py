"""`python -m faults.fuzz.cost`: what one record of each kind costs its reader, in CPU and in memory, worst of many."""

import asyncio
import gc
import statistics
import sys
import time
import tracemalloc
from dataclasses import dataclass

import click

from faults.fuzz.chain import Chain
from faults.fuzz.garbage import Raw
from faults.fuzz.publishers import PUBLISHERS, Publisher

CPU_MS_MAX = 50.0
MEMORY_MB_MAX = 20.0
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one kind: CPU milliseconds a record, the median and the worst, and the worst memory in MB above the start."""

    kind: str
    cpu_ms: float
    cpu_ms_worst: float
    memory_mb_worst: float

    @property
    def good(self) -> bool:
        """Within what a record of any kind may cost."""
        return self.cpu_ms_worst <= CPU_MS_MAX and self.memory_mb_worst <= MEMORY_MB_MAX


async def cost(publisher: Publisher, kind: str, seed: int, count: int) -> Cost:
    """Of `count` records of this kind, each alone in its batch: decoded, moved to its lane, decided and recorded."""
    records = publisher.made(kind, seed, count)
    cpu_ms = [await _cpu_ms(publisher, record) for record in records]
    memory = [await _memory_bytes(publisher, record) for record in records]
    return Cost(kind, statistics.median(cpu_ms), max(cpu_ms), max(memory) / _MB)


async def _cpu_ms(publisher: Publisher, record: Raw) -> float:
    """The better of two runs: another process's noise is not the record's."""
    return min([await _once(publisher, record) for _ in range(2)])


async def _once(publisher: Publisher, record: Raw) -> float:
    chain = await _ready(publisher, record)
    before = time.process_time()
    await chain.run()
    return (time.process_time() - before) * 1000


async def _memory_bytes(publisher: Publisher, record: Raw) -> int:
    chain = await _ready(publisher, record)
    tracemalloc.start()
    try:
        await chain.run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


async def _ready(publisher: Publisher, record: Raw) -> Chain:
    chain = await publisher.reader()
    chain.write(publisher.topic, [record])
    return chain


@click.command()
@click.option("--count", type=click.IntRange(min=1), default=40, show_default=True, help="records of each kind")
@click.option("--seed", type=int, default=1, show_default=True)
def main(count: int, seed: int) -> None:
    """Measure; end with 1 when a kind costs more than it may."""
    gc.freeze()
    is_good = True
    for name, publisher in PUBLISHERS.items():
        costs = [asyncio.run(cost(publisher, kind, seed, count)) for kind in publisher.kinds]
        click.echo(f"{name:24} {'CPU ms':>8} {'worst':>8} {'MB worst':>9}   seed {seed}, {count} records each")
        for one in costs:
            mark = "" if one.good else "   too much"
            click.echo(f"{one.kind:24} {one.cpu_ms:8.2f} {one.cpu_ms_worst:8.2f} {one.memory_mb_worst:9.2f}{mark}")
        is_good = is_good and all(one.good for one in costs)
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
