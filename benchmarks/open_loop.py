"""A steady rate: how long one registration takes when nobody waits for the one before."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import quantiles

from benchmarks.process import usage
from benchmarks.registration import Registration
from benchmarks.result import OpenLoop
from benchmarks.rig import Rig
from ops.demonstration.confirmations import confirmations, ledger_id


async def open_loop(rig: Rig, *, rate_per_s: float, seconds: float) -> OpenLoop:
    """What `latencies_ms` shows, and what it cost."""
    issued, used = len(rig.issued), usage(rig.sandbox)
    found_ms = await latencies_ms(rig, rate_per_s=rate_per_s, seconds=seconds)
    cpu_s = usage(rig.sandbox).since(used)
    percentiles = quantiles(found_ms, n=100, method="inclusive")
    return OpenLoop(
        registrations=len(rig.issued) - issued,
        rate_per_s=rate_per_s,
        p50_ms=percentiles[49],
        p99_ms=percentiles[98],
        latest_ms=max(found_ms),
        cpu_s=cpu_s,
    )


async def latencies_ms(rig: Rig, *, rate_per_s: float, seconds: float) -> list[float]:
    """Publish for so long: the time to each confirmation, from when its form was due, however late it was published."""
    registrations = rig.issue(max(round(rate_per_s * seconds), 2))
    arrived = rig.arrivals.count
    due = await _publish(rig, registrations, rate_per_s)
    await rig.until_done()
    return await _latencies_ms(rig, arrived, due)


async def _publish(rig: Rig, registrations: Sequence[Registration], rate_per_s: float) -> dict[str, datetime]:
    """When each was due, by registration."""
    start = datetime.now(UTC)
    due: dict[str, datetime] = {
        one.id: start + timedelta(seconds=n / rate_per_s) for n, one in enumerate(registrations)
    }
    sent = []
    for one in registrations:
        await asyncio.sleep(max((due[one.id] - datetime.now(UTC)).total_seconds(), 0))
        sent.append(await rig.publisher.one(one))
    await asyncio.gather(*sent)
    return due


async def _latencies_ms(rig: Rig, arrived: int, due: dict[str, datetime]) -> list[float]:
    registration_of = await confirmations(rig.database)
    return [
        (mail.arrived_at - due[registration_of[row]]).total_seconds() * 1000
        for mail in rig.arrivals.after(arrived)
        if (row := ledger_id(mail)) in registration_of
    ]
