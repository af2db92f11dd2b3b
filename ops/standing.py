"""Where a registration stands, by what the services remember of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ops import words
from ops.attention import attention
from ops.happening import happenings
from ops.next_step import BLOCKED, NextStep, next_step
from ops.parked_row import ParkedRow
from ops.reason import Reason
from ops.registration import ConnectionView, MailView, Milestone, RegistrationView
from ops.stage import Stage, of_connections
from payroll.packages import packages
from schemas.ids import reference
from services.enrichment.documents import Enrichment
from services.intake.documents import Answer, Intake
from services.provisioning.documents import Link, LinkStage, Provisioning
from services.timeline.documents import Timeline

_STAGES = {
    LinkStage.REQUESTED: Stage.REQUESTED,
    LinkStage.ACCEPTED: Stage.ACCEPTED_BY_KEYLANE,
    LinkStage.ACTION_NEEDED: Stage.CUSTOMER_ACTION_NEEDED,
    LinkStage.REALISED: Stage.REALISED,
    LinkStage.REFUSED: Stage.REFUSED,
    LinkStage.CANCELLED: Stage.CANCELLED,
}
_DOORS: dict[Answer, Stage] = {
    "requested": Stage.LINK_REQUESTED,
    "applied": Stage.PROCESSOR_APPLIED,
    "confirmed": Stage.PROCESSOR_CONFIRMED,
    "declined": Stage.PROCESSOR_DECLINED,
    "passed_on": Stage.PASSED_ON,
}


@dataclass(frozen=True, slots=True)
class Remembered:
    """All that the services keep about one registration; a document is None until its service has written it."""

    registration: str
    intake: Intake | None = None
    enrichment: Enrichment | None = None
    provisioning: Provisioning | None = None
    mails: tuple[MailView, ...] = ()
    parked: tuple[ParkedRow, ...] = ()
    timeline: Timeline | None = None


@dataclass(frozen=True, slots=True)
class _Standing:
    stage: Stage
    since: datetime
    overdue: bool = False
    why: tuple[Reason, ...] = ()


def view(remembered: Remembered, now: datetime) -> RegistrationView:
    """The story that these tell; what nothing is known of but a parked record is submitted, since that was parked."""
    standing = _standing(remembered, now)
    intake = remembered.intake
    connections = _connections(remembered.provisioning)
    blocked = any(row.stops for row in remembered.parked)
    return RegistrationView(
        registration=remembered.registration,
        reference=reference(remembered.registration),
        company_name=intake and intake.company_name,
        package=intake and intake.package,
        stage=standing.stage,
        since=standing.since,
        overdue=standing.overdue,
        trail=_trail(remembered, standing),
        why=standing.why,
        next=BLOCKED if blocked else _next(standing, remembered.provisioning),
        happened=happenings(remembered.timeline),
        attention=attention(remembered.intake, remembered.provisioning),
        connections=connections,
        mails=remembered.mails,
        parked=remembered.parked,
    )


def _standing(remembered: Remembered, now: datetime) -> _Standing:
    intake, enrichment, provisioning = remembered.intake, remembered.enrichment, remembered.provisioning
    if intake is None:
        return _Standing(Stage.SUBMITTED, min((row.since for row in remembered.parked), default=now))
    if intake.answer == "rejected":
        return _Standing(Stage.REJECTED, intake.since, why=tuple(words.of_fault(fault) for fault in intake.faults))
    if intake.ended:
        return _Standing(Stage.CANCELLED, intake.since, why=(words.of_end(intake.ended),))
    if intake.answer == "held":
        why = tuple(words.of_requirement(one) for one in intake.waits)
        return _Standing(Stage.HELD, intake.held_since or intake.since, why=(*why, *_beside(provisioning)))
    if intake.answer in _DOORS:
        return _Standing(_DOORS[intake.answer], intake.since)
    return _beyond_intake(intake, enrichment, provisioning)


def _beyond_intake(intake: Intake, enrichment: Enrichment | None, provisioning: Provisioning | None) -> _Standing:
    awaits = enrichment is not None and enrichment.reason is not None
    if provisioning is not None and provisioning.links and not awaits:
        return _with_keylane(provisioning)
    if enrichment is None:
        return _Standing(Stage.ACCEPTED, intake.since)
    return _with_policy_data(enrichment, provisioning)


def _with_policy_data(enrichment: Enrichment, provisioning: Provisioning | None) -> _Standing:
    if enrichment.ended:
        return _Standing(Stage.CANCELLED, enrichment.since)
    if enrichment.reason is None:
        return _Standing(Stage.ENRICHED, enrichment.since)
    why = (words.of_wait(enrichment.reason), *_beside(provisioning))
    return _Standing(Stage.AWAITING_POLICY, enrichment.since, enrichment.overdue, why)


def _beside(provisioning: Provisioning | None) -> tuple[Reason, ...]:
    """What is said of the links while a correction of them waits: a registration at Keylane waits for nothing else."""
    return (words.CORRECTION_WAITS,) if provisioning is not None and provisioning.links else ()


def _with_keylane(provisioning: Provisioning) -> _Standing:
    stage = of_connections(frozenset(_STAGES[link.stage] for link in provisioning.links))
    there = [link for link in provisioning.links if _STAGES[link.stage] is stage]
    why = dict.fromkeys(reason for link in there for reason in _why(provisioning, link))
    return _Standing(stage, max(link.since for link in there), provisioning.overdue, tuple(why))


def _trail(remembered: Remembered, standing: _Standing) -> tuple[Milestone, ...]:
    intake, enrichment, provisioning = remembered.intake, remembered.enrichment, remembered.provisioning
    passed = {
        Stage.ACCEPTED: intake and intake.since,
        Stage.ENRICHED: enrichment and enrichment.since,
        Stage.REQUESTED: provisioning and provisioning.requested_at,
    }
    before = [
        Milestone(stage=stage, since=since) for stage, since in passed.items() if since and since < standing.since
    ]
    return (*before, Milestone(stage=standing.stage, since=standing.since))


def _connections(provisioning: Provisioning | None) -> tuple[ConnectionView, ...]:
    if provisioning is None:
        return ()
    return tuple(
        ConnectionView(
            connection=link.connection,
            employer_code=link.employer_code,
            stage=_STAGES[link.stage],
            since=link.since,
            why=_why(provisioning, link),
            first_exchange_on=link.first_exchange and link.first_exchange.on,
        )
        for link in provisioning.links
    )


def _why(provisioning: Provisioning, link: Link) -> tuple[Reason, ...]:
    return tuple(words.of_finding(finding, provisioning.package) for finding in link.findings)


def _next(standing: _Standing, provisioning: Provisioning | None) -> NextStep:
    stage = standing.stage
    links: Sequence[Link] = provisioning.links if provisioning else ()
    exchanges = [link.first_exchange.on for link in links if link.first_exchange]
    if provisioning is None or stage is not Stage.CUSTOMER_ACTION_NEEDED:
        return next_step(stage, exchanges=exchanges, why=[reason.code for reason in standing.why])
    package = packages()[provisioning.package]
    asked = (finding for link in links if link.stage is LinkStage.ACTION_NEEDED for finding in link.findings)
    steps = dict.fromkeys(step for finding in asked for step in package.help_for(finding.code).steps)
    return next_step(stage, steps=tuple(steps))
