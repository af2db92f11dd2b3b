"""Whether everything that was measured also went as it should."""

from benchmarks.result import Verdict
from benchmarks.rig import Rig
from ops.audit.of_sandbox import verdict_of
from schemas.flow import SERVICES


async def verdict(rig: Rig) -> Verdict:
    """Every connection realised with exactly one mail, the ledger all SENT, no row left in any queue."""
    expected = [link for one in rig.issued for link in one.links]
    found = await verdict_of(rig.sandbox.state, expected)
    unsent = {row["status"]: row["count"] for row in await rig.database.fetch(_UNSENT)}
    queued = {party.name: await rig.database.fetchval(_QUEUED.format(schema=party.name)) for party in SERVICES}
    problems = (
        *([] if found.tally.good else ["not every connection is realised with one mail"]),
        *(f"{finding.invariant} {finding.about}: {finding.what}" for finding in found.findings),
        *(f"{count} mails are {status}" for status, count in unsent.items()),
        *(f"{count} records are left in the queue of {service}" for service, count in queued.items() if count),
    )
    return Verdict(outcome=str(found.tally), problems=problems)


_UNSENT = "select status, count(*) from notifier.effect where status <> 'SENT' group by status"
_QUEUED = "select count(*) from {schema}.redelivery"
