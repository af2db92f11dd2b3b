"""What came of the registrations of each trial, as the judge of `koppeling audit` sees it."""

import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from math import isinf

import asyncpg

from benchmarks.registration import Registration
from faults.real.fault import Fault
from faults.real.scene import Scene
from faults.real.trial import Trial
from faults.result import Result
from ops.audit.judge.evidence import EffectRow, Evidence, SubmittedForm
from ops.audit.judge.finding import Finding
from ops.audit.judge.verdict import Verdict
from ops.audit.of_sandbox import verdict_at_rest
from sandbox.waiting import until
from schemas.flow import NOTIFIER

_SETTLED_S_MAX = 180.0
_FINDINGS_MAX = 20
_BEYOND_SESSION_S = 10.0
"""By how much recovery, which needs no human, may take longer than a session."""


async def until_settled(scene: Scene, trial: Trial) -> str:
    """Returns, with a line about it, when every mail of the trial is sent, failed or uncertain, or time is up."""
    started_s = time.monotonic()
    wanted = sum(one.mails for one in trial.registrations)
    subjects = [one.id for one in trial.registrations]
    ledger: Counter[str] = Counter()

    async def ask() -> bool:
        with suppress(OSError, asyncpg.PostgresError):
            async with scene.database() as database:
                rows = await database.fetch(_LEDGER, subjects)
            ledger.clear()
            ledger.update({row["status"]: row["count"] for row in rows})
        return sum(ledger[status] for status in ("SENT", "FAILED", "UNCERTAIN")) >= wanted

    with suppress(TimeoutError):
        await until(ask, deadline_s=_SETTLED_S_MAX, missing="mails")
    recovery = ", ".join(f"{seconds:.1f}" for seconds in trial.recovery_s)
    took = time.monotonic() - started_s
    return f"{wanted} mails wanted, {dict(ledger)}, settled after {took:.1f} s; recovery {recovery} s"


async def verdict_on(scene: Scene, registrations: Iterable[Registration]) -> tuple[Evidence, Verdict]:
    """Everything the sandbox holds, judged when nothing is under way any more."""
    submitted = [SubmittedForm(one.id, frozenset(link.employer_code for link in one.links)) for one in registrations]
    return await verdict_at_rest(scene.sandbox.state, submitted)


def rows(trials: Sequence[Trial], evidence: Evidence, verdict: Verdict) -> list[Result]:
    """A row for each trial. A mail that is uncertain, or refused for good because of its fault, is shown: not lost."""
    tally = verdict.tally
    effects = evidence.tables[NOTIFIER.name].effects
    failed = {row.subject for row in effects if row.status == "FAILED"}
    uncertain = _uncertain(trials, effects)
    lost = Counter(link.registration for link in tally.lost)
    double = Counter(link.registration for link in tally.double)
    return [
        Result(
            fault=trial.fault.name,
            injections=len(trial.recovery_s),
            registrations=len(trial.registrations),
            lost=sum(lost[one.id] for one in trial.registrations if not (trial.fault.failed and one.id in failed)),
            double=sum(double[one.id] for one in trial.registrations),
            uncertain=uncertain[number],
            recovery_s=trial.recovery_s,
        )
        for number, trial in enumerate(trials)
    ]


def _uncertain(trials: Sequence[Trial], effects: Sequence[EffectRow]) -> Counter[int]:
    """How many mails each trial left uncertain: those whose body was begun in it, whenever they were registered."""
    begun = [trial.begun_at for trial in trials]
    moments = [row.body_started_at for row in effects if row.status == "UNCERTAIN" and row.body_started_at]
    return Counter(max(bisect_right(begun, moment) - 1, 0) for moment in moments)


def unmet(fault: Fault, row: Result) -> Iterator[str]:
    """Every promise that this row breaks, but for the time it took."""
    if not row.good:
        yield f"{row.fault}: {row.lost} lost, {row.double} double"
    if any(isinf(seconds) for seconds in row.recovery_s):
        yield f"{row.fault}: it did not go on by itself"
    if row.uncertain and not fault.uncertain:
        yield f"{row.fault}: {row.uncertain} uncertain, and nothing happened to a mail under way"


def too_slow(row: Result, session_s: float) -> Iterator[str]:
    """Whether recovery took longer than promised; on a machine that does other things too, it may."""
    slow = [seconds for seconds in row.recovery_s if seconds > session_s + _BEYOND_SESSION_S]
    if slow:
        yield f"{row.fault}: recovery took longer than session + {_BEYOND_SESSION_S:g} s {len(slow)} times"


def found(findings: Sequence[Finding]) -> Iterator[str]:
    """What the judge found, a line each, and how much more there is."""
    for one in findings[:_FINDINGS_MAX]:
        yield f"{one.invariant} {one.code}: {one.about}: {one.what}"
    if len(findings) > _FINDINGS_MAX:
        yield f"and {len(findings) - _FINDINGS_MAX} more findings"


_LEDGER = "select status, count(*) from notifier.effect where subject = any($1::text[]) group by status"
