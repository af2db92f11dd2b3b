"""What came of the registrations of each trial, as the judge sees it."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress

import asyncpg

from faults.real.fault import Fault
from faults.real.scene import Scene
from faults.real.trial import Trial
from faults.result import Result
from ops.audit.called_for import Link
from ops.audit.of_sandbox import verdict_of
from sandbox.waiting import until

_SETTLED_S_MAX = 90.0
_BEYOND_SESSION_S = 10.0
"""How much longer than a session recovery may take, without hands."""


async def until_settled(scene: Scene, trial: Trial) -> str:
    """Returns, with a line about it, when every mail of the trial is sent, failed or uncertain, or time is up."""
    started_s = time.monotonic()
    wanted = sum(len(one.links) for one in trial.registrations)
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


async def judged(scene: Scene, trials: Sequence[Trial]) -> list[Result]:
    """A row for each trial."""
    expected = [link for trial in trials for one in trial.registrations for link in one.links]
    outcome = (await verdict_of(scene.sandbox.state, expected)).tally
    async with scene.database() as database:
        refused = {Link(row["subject"], row["employer_code"]) for row in await database.fetch(_FAILED)}
    lost, double, uncertain = Counter(outcome.lost), Counter(outcome.double), Counter(outcome.uncertain)
    return [
        Result(
            fault=trial.fault.name,
            injections=trial.injections,
            registrations=len(trial.registrations),
            lost=sum(lost[link] for link in _links(trial) if not (trial.fault.failed and link in refused)),
            double=sum(double[link] for link in _links(trial)),
            uncertain=sum(uncertain[link] for link in _links(trial)),
            recovery_s=trial.recovery_s,
        )
        for trial in trials
    ]


def unmet(fault: Fault, row: Result, session_s: float) -> Iterator[str]:
    """Every promise that this row breaks."""
    if not row.good:
        yield f"{row.fault}: {row.lost} lost, {row.double} double"
    if row.uncertain and not fault.uncertain:
        yield f"{row.fault}: {row.uncertain} uncertain, and nothing happened to a mail under way"
    slow = [seconds for seconds in row.recovery_s if seconds > session_s + _BEYOND_SESSION_S]
    if slow:
        yield f"{row.fault}: recovery took longer than session + {_BEYOND_SESSION_S:g} s {len(slow)} times"


def _links(trial: Trial) -> list[Link]:
    return [link for one in trial.registrations for link in one.links]


_LEDGER = "select status, count(*) from notifier.effect where subject = any($1::text[]) group by status"
_FAILED = """
select subject, payload ->> 'employer_code' as employer_code from notifier.effect where status = 'FAILED'
"""
