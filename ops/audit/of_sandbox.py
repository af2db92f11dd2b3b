"""Audits a sandbox, for the demo, the benchmark and the fault tests."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import count

from ops.audit.judge.called_for import Link
from ops.audit.judge.evidence import Evidence, SubmittedForm
from ops.audit.judge.verdict import Verdict, judge
from ops.audit.read import Sources, read_evidence
from sandbox.endpoints import read_endpoints
from sandbox.state_directory import StateDirectory
from schemas.flow import SERVICES

_RECORDS_MAX = 1_000_000
_AT_REST_S_MAX = 30.0


def sources_of(state: StateDirectory, submitted: Iterable[SubmittedForm] | None = None) -> Sources:
    """Where a running sandbox keeps everything. Raises NotRunningError."""
    endpoints = read_endpoints(state)
    logs = (file for party in SERVICES for file in state.logs.glob(f"{party.name}*.log"))
    return Sources(
        kafka=endpoints.kafka.access,
        postgres_url=endpoints.postgres.url,
        mailbox=endpoints.mailbox,
        keylane=state.keylane / "record.sqlite",
        submitted=None if submitted is None else tuple(submitted),
        logs=tuple(sorted(logs)),
    )


def submitted_forms(expected: Iterable[Link]) -> list[SubmittedForm]:
    """The forms that these connections, which should be realised, were submitted with."""
    codes: dict[str, set[str]] = defaultdict(set)
    for link in expected:
        codes[link.registration].add(link.employer_code)
    return [SubmittedForm(registration, frozenset(found)) for registration, found in codes.items()]


async def evidence_of(state: StateDirectory, submitted: Iterable[SubmittedForm]) -> Evidence:
    """All evidence of a sandbox. Raises ClickException when Kafka does not answer."""
    sources = sources_of(state, submitted)
    return await read_evidence(sources, now=datetime.now(UTC), records_max=_RECORDS_MAX)


async def verdict_of(state: StateDirectory, expected: Iterable[Link]) -> Verdict:
    """Judge a sandbox as it is now, against the connections that should be realised."""
    return judge(await evidence_of(state, submitted_forms(expected)), at_rest=False)


async def verdict_at_rest(state: StateDirectory, submitted: Sequence[SubmittedForm]) -> tuple[Evidence, Verdict]:
    """Judge a sandbox once nothing is under way, so that findings that would pass by themselves do not count.

    Reading can take longer than coming to rest does, so a finding counts only after at least two readings.
    """
    until_s = time.monotonic() + _AT_REST_S_MAX
    for reading in count(1):
        evidence = await evidence_of(state, submitted)
        verdict = judge(evidence, at_rest=True)
        if verdict.clean or (time.monotonic() > until_s and reading > 1):
            break
        await asyncio.sleep(1)
    return evidence, verdict
