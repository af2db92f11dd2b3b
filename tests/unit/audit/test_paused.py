"""What waits in a service that an operator has paused waits for him: no finding, and said once."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest
from doctored import CHANGES
from doctoring import effects, queue, tables
from test_judge import codes

from ops.audit.judge.evidence import Evidence, Pause
from ops.audit.judge.finding import Invariant
from ops.audit.judge.verdict import judge
from ops.audit.report import report_lines, view
from schemas.flow import SERVICE_NAMES

DUE = ("NOT_TAKEN", "DEADLINE_MISSED", "NOT_LET_GO", "NOT_READ", "NOT_PUBLISHED_YET")
WHY = "the mail server moves"


def paused(evidence: Evidence, services: Collection[str]) -> Evidence:
    for service in services:
        evidence = tables(evidence, service, paused=Pause(evidence.now - timedelta(hours=2), WHY))
    return evidence


def due_mail(evidence: Evidence, status: str) -> Evidence:
    """A mail that has stood there for an hour."""
    then = evidence.now - timedelta(hours=1)
    return effects(evidence, lambda row: replace(row, status=status, planned_at=then, body_started_at=then))


@pytest.mark.parametrize("code", DUE)
def test_what_is_due_in_a_paused_service_is_passed_over(code: str, healthy: Evidence) -> None:
    given = CHANGES[code](healthy)
    assert code in codes(given)
    assert code not in codes(paused(given, SERVICE_NAMES))


@pytest.mark.parametrize("at_rest", [True, False])
@pytest.mark.parametrize("status", ["PLANNED", "CLAIMED"])
def test_no_mail_goes_out_of_a_paused_notifier(healthy: Evidence, status: str, at_rest: bool) -> None:  # noqa: FBT001
    given = due_mail(healthy, status)
    assert "MAIL_NOT_SENT" in codes(given, at_rest=at_rest)
    assert "MAIL_NOT_SENT" not in codes(paused(given, ["notifier"]), at_rest=at_rest)
    others = [service for service in SERVICE_NAMES if service != "notifier"]
    assert "MAIL_NOT_SENT" in codes(paused(given, others), at_rest=at_rest)


@pytest.mark.parametrize(("status", "attempts"), [("PLANNED", 1), ("CLAIMED", 2)])
def test_a_mail_that_waits_for_its_next_attempt_is_late_only_once_that_is(
    healthy: Evidence, status: str, attempts: int
) -> None:
    def found(attempts: int, due_in_minutes: int) -> bool:
        due = healthy.now + timedelta(minutes=due_in_minutes)
        given = due_mail(healthy, status)
        given = effects(given, lambda row: replace(row, attempts=attempts, not_before=due))
        return "MAIL_NOT_SENT" in codes(given, at_rest=False)

    assert [found(attempts, minutes) for minutes in (50, -14, -16)] == [False, False, True]
    assert found(attempts - 1, 0), "put off, and not tried: the mail server is away"


@pytest.mark.parametrize("attempts", [0, 1, 2])
@pytest.mark.parametrize("reply", ["CONNECT lost", "LOGIN 535 5.7.8", "RSET lost", "MAIL 421 4.7.0"])
def test_a_mail_that_reaches_no_server_is_late_however_often_it_is_put_off(
    healthy: Evidence, reply: str, attempts: int
) -> None:
    soon = healthy.now + timedelta(seconds=5)
    given = effects(
        due_mail(healthy, "PLANNED"), lambda row: replace(row, attempts=attempts, not_before=soon, reply=reply)
    )
    assert "MAIL_NOT_SENT" in codes(given, at_rest=False)


def test_a_mail_whose_body_had_been_begun_ends_all_the_same(healthy: Evidence) -> None:
    assert "MAIL_NOT_SENT" in codes(paused(due_mail(healthy, "BODY_STARTED"), ["notifier"]), at_rest=False)


def test_what_could_not_go_on_without_the_pause_either_is_found(healthy: Evidence) -> None:
    blocks = paused(queue(healthy, "intake", key=""), ["intake"])
    stopped = paused(CHANGES["STOPPED"](healthy), ["intake"])
    assert "BLOCKS_OTHERS" in codes(blocks)
    assert "STOPPED" in codes(stopped)


def test_since_when_and_why_is_said_once(healthy: Evidence) -> None:
    given = paused(healthy, ["notifier"])
    verdict = judge(given, at_rest=False)
    said = "not what is due in notifier, paused since 2026-11-23 "
    assert said in verdict.partly[Invariant.I6]
    assert verdict.partly[Invariant.I6].endswith(f", because {WHY}")
    lines = list(report_lines(view(given, verdict), 20))
    assert (verdict.clean, " ".join(lines).count("paused since"), max(map(len, lines)) <= 80) == (True, 1, True)
    assert "paused" not in str(judge(healthy, at_rest=False).partly)
