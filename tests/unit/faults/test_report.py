from datetime import UTC, datetime, timedelta
from math import inf
from uuid import UUID

from benchmarks.result import Machine
from faults.real.fault import Fault
from faults.real.judgement import rows, too_slow, unmet
from faults.real.matrix import faults
from faults.real.processes import killed
from faults.real.trial import Trial
from faults.report import Report, lines
from faults.result import Control, Result
from ops.audit.judge.evidence import EffectRow, Evidence, Tables
from ops.audit.judge.tally import Tally
from ops.audit.judge.verdict import Verdict
from schemas.flow import NOTIFIER, SERVICE_NAMES
from services.notifier.settings import SENDER_CRASH_POINTS
from stream.step import Step

MACHINE = Machine(cores=2, processor="made up", system="Linux", python="3", kafka="4", postgres="18", load=0.0)
CERTAIN = Fault("a cut", killed, 1)
DOUBTFUL = Fault("a death in the middle", killed, 1, uncertain=True)


def row(fault: Fault, **found: int) -> Result:
    return Result(fault.name, injections=1, registrations=10, recovery_s=(1.0, 3.0), **found)


def report(*results: Result, **more: object) -> Report:
    known = {"command": "python -m faults", "seed": 1, "machine": MACHINE, "minutes": 2.0}
    return Report.model_validate({**known, "results": results, **more})


def test_the_table_has_a_row_for_each_fault_and_one_for_all() -> None:
    made = report(row(CERTAIN), Result("never again", 1, 5, lost=2, recovery_s=(2.0, inf)))
    table = [line.split() for line in lines(made)]
    assert ["a", "cut", "1", "10", "0", "0", "0", "2.0", "3.0"] in table
    assert ["never", "again", "1", "5", "2", "0", "0", "never", "never"] in table
    assert ["together", "2", "15", "2", "0", "0", "2.5", "never"] in table
    assert max(len(line) for line in lines(made)) <= 100


def test_defects_put_in_on_purpose_are_counted() -> None:
    controls = (Control("one", 10, 3), Control("another", 10, None))
    assert "1 of 2 caught" in list(lines(report(row(CERTAIN), controls=controls)))


def test_the_step_at_which_fewest_simulated_processes_died_is_told() -> None:
    made = report(row(CERTAIN), simulated_deaths={"record": 7, "publish": 5})
    assert "simulated deaths at each of 2 steps: 5 at least" in list(lines(made))


def test_a_report_is_the_same_after_json() -> None:
    made = report(row(CERTAIN), problems=("something",), simulated_deaths={"record": 7})
    assert Report.model_validate_json(made.model_dump_json()) == made


def test_every_promise_that_is_broken_is_named() -> None:
    assert list(unmet(CERTAIN, row(CERTAIN))) == []
    assert list(unmet(DOUBTFUL, row(DOUBTFUL, uncertain=1))) == []
    assert len(list(unmet(CERTAIN, row(CERTAIN, uncertain=1)))) == 1
    assert len(list(unmet(CERTAIN, row(CERTAIN, lost=1)))) == 1
    assert len(list(unmet(CERTAIN, row(CERTAIN, double=1)))) == 1
    assert len(list(unmet(CERTAIN, Result("never", 1, 1, recovery_s=(inf,))))) == 1


def test_a_mail_is_left_uncertain_by_the_fault_in_which_its_body_was_begun_whenever_it_was_registered() -> None:
    begun = [datetime(2026, 11, 22, 12, minute, tzinfo=UTC) for minute in (0, 10)]
    trials = [Trial(fault, at, (), (1.0,), ()) for fault, at in zip((CERTAIN, DOUBTFUL), begun, strict=True)]
    late = EffectRow(
        UUID(int=1), "registered before", "link-realised", "connection 1", "applicant", 0, None, "UNCERTAIN",
        body_started_at=begun[1] + timedelta(seconds=1),
    )  # fmt: skip
    evidence = Evidence(begun[1], (), {}, {}, {NOTIFIER.name: Tables(effects=(late,))})
    verdict = Verdict((), {}, (), Tally(0, 0, 0, (), (), (), (), ()))
    assert [one.uncertain for one in rows(trials, evidence, verdict)] == [0, 1]


def test_a_recovery_that_took_longer_than_the_session_and_ten_seconds_is_named() -> None:
    assert list(too_slow(Result("as promised", 1, 1, recovery_s=(12.0,)), session_s=2)) == []
    assert len(list(too_slow(Result("slow", 1, 1, recovery_s=(13.0,)), session_s=2))) == 1


def test_the_matrix_kills_at_every_step_of_every_service_and_of_the_sender() -> None:
    times = {fault.name: fault.times for fault in faults()}
    assert len(times) == len(faults())
    steps = [f"SIGKILL, {service} after {step}" for service in SERVICE_NAMES for step in Step]
    assert (
        min(times[name] for name in (*steps, *(f"SIGKILL, sender after {point}" for point in SENDER_CRASH_POINTS))) >= 3
    )
