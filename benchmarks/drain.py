"""Everything at once: what an onboarding costs when batches are full."""

from datetime import UTC, datetime

from benchmarks.process import usage
from benchmarks.result import Drain
from benchmarks.rig import Rig
from ops.demonstration.confirmations import confirmations, ledger_id


async def drain(rig: Rig, count: int) -> Drain:
    """Publish so many registrations in one go, and wait for the last mail; the time runs to the last confirmation."""
    registrations = rig.issue(count)
    events, arrived, used = await rig.events(), rig.arrivals.count, usage(rig.sandbox)
    published_at = datetime.now(UTC)
    await rig.publisher.all_at_once(registrations)
    await rig.until_done()
    cpu_s = usage(rig.sandbox).since(used)
    mails = rig.arrivals.after(arrived)
    confirming = await confirmations(rig.database)
    moments = [mail.arrived_at for mail in mails if ledger_id(mail) in confirming]
    return Drain(
        registrations=count,
        mails=len(mails),
        published_to_last_s=(moments[-1] - published_at).total_seconds(),
        first_to_last_s=(moments[-1] - moments[0]).total_seconds(),
        cpu_s=cpu_s,
        events={service: handled - events[service] for service, handled in (await rig.events()).items()},
    )
