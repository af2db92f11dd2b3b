"""Everything at once: what an onboarding costs when batches are full."""

from datetime import UTC, datetime

from benchmarks.result import Drain
from benchmarks.rig import Rig
from benchmarks.usage import usage


async def drain(rig: Rig, count: int) -> Drain:
    """Publish so many registrations in one go, and wait for the last mail."""
    registrations = rig.issue(count)
    events, arrived, used = await rig.events(), rig.arrivals.count, usage(rig.sandbox)
    published_at = datetime.now(UTC)
    await rig.publisher.all_at_once(registrations)
    await rig.until_done()
    cpu_s = usage(rig.sandbox).since(used)
    moments = [mail.arrived_at for mail in rig.arrivals.after(arrived)]
    return Drain(
        registrations=count,
        published_to_last_s=(moments[-1] - published_at).total_seconds(),
        first_to_last_s=(moments[-1] - moments[0]).total_seconds(),
        cpu_s=cpu_s,
        events={service: handled - events[service] for service, handled in (await rig.events()).items()},
    )
