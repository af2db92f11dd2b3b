"""Makes a registration's whole story out of what the services keep about it. Pure."""

from collections.abc import Sequence
from datetime import date, datetime

from ops.parked.row import stands_still
from ops.story import words
from ops.story.attention import attention
from ops.story.happening import SentMail, happenings
from ops.story.next_step import BLOCKED, NOTHING_KNOWN, ONE_REFUSED, STOPPED, UNANSWERED, NextStep, next_step
from ops.story.reason import Reason
from ops.story.registration_view import ConnectionView, Milestone, RegistrationView
from ops.story.remembered import Remembered
from ops.story.standing import STAGES, Standing, standing
from payroll.finding import passed_on
from payroll.packages import packages
from schemas.ids import reference
from services.intake.documents import Intake
from services.monitor.stage import Stage
from services.provisioning.documents import Link, LinkStage, Provisioning


def view(remembered: Remembered, now: datetime) -> RegistrationView:
    """The story of one registration at `now`."""
    intake, stands = remembered.intake, standing(remembered, now)
    why = _reasons(remembered, stands.stage)
    return RegistrationView(
        registration=remembered.registration,
        reference=reference(remembered.registration),
        company_name=intake and intake.company_name,
        package=intake and intake.package,
        stage=stands.stage,
        since=stands.since,
        overdue=stands.overdue,
        trail=_trail(remembered, stands),
        why=why,
        next=_next(remembered, stands, why),
        happened=happenings(remembered.timeline, _elsewhere(remembered)),
        attention=attention(remembered),
        connections=_connections(remembered.provisioning),
        mails=remembered.mails,
        parked=remembered.parked,
    )


def _reasons(remembered: Remembered, stage: Stage) -> tuple[Reason, ...]:
    intake, enrichment, provisioning = remembered.intake, remembered.enrichment, remembered.provisioning
    if intake is None:
        return ()
    if stage is Stage.REJECTED:
        return (*map(words.of_fault, intake.faults), *map(words.of_holder, intake.holders))
    if intake.ended or intake.taken_up:
        return (words.of_end(intake.ended) if intake.ended else words.TAKEN_UP,)
    if stage is Stage.HELD:
        return _why_held(remembered, intake)
    if stage is Stage.AWAITING_POLICY and enrichment is not None and enrichment.reason is not None:
        return (words.of_wait(enrichment.reason), *_beside(provisioning))
    return _found_by_keylane(provisioning, stage)


def _why_held(remembered: Remembered, intake: Intake) -> tuple[Reason, ...]:
    if remembered.holders:
        return (words.GAVE_WAY, *map(words.of_holder, remembered.holders))
    waits = (words.of_requirement(one, intake.package, remembered.processor) for one in intake.waits)
    return (*waits, *_beside(remembered.provisioning))


def _found_by_keylane(provisioning: Provisioning | None, stage: Stage) -> tuple[Reason, ...]:
    """The reasons of the connections in this stage, each once, and of those that were refused beside one that works."""
    if provisioning is None:
        return ()
    there = [link for link in provisioning.links if STAGES[link.stage] is stage or _is_refused_beside(link, stage)]
    return tuple(dict.fromkeys(reason for link in there for reason in _why(provisioning, link)))


def _is_refused_beside(link: Link, stage: Stage) -> bool:
    return stage is Stage.REALISED and link.stage is LinkStage.REFUSED


def _beside(provisioning: Provisioning | None) -> tuple[Reason, ...]:
    """The reason that tells of existing links: a registration with links at Keylane waits only with a correction."""
    return (words.CORRECTION_WAITS,) if provisioning is not None and provisioning.links else ()


def _elsewhere(remembered: Remembered) -> list[SentMail]:
    return [SentMail(mail.begun_at, mail.kind, (mail.role,), mail.epoch) for mail in remembered.mails if mail.elsewhere]


def _trail(remembered: Remembered, stands: Standing) -> tuple[Milestone, ...]:
    intake, enrichment, provisioning = remembered.intake, remembered.enrichment, remembered.provisioning
    passed = {
        Stage.ACCEPTED: intake and intake.since,
        Stage.ENRICHED: enrichment and enrichment.since,
        Stage.REQUESTED: provisioning and provisioning.requested_at,
    }
    before = [Milestone(stage=stage, since=since) for stage, since in passed.items() if since and since < stands.since]
    return (*before, Milestone(stage=stands.stage, since=stands.since))


def _connections(provisioning: Provisioning | None) -> tuple[ConnectionView, ...]:
    if provisioning is None:
        return ()
    return tuple(
        ConnectionView(
            connection=link.connection,
            employer_code=link.employer_code,
            stage=STAGES[link.stage],
            since=link.since,
            why=_why(provisioning, link),
            first_exchange_on=_first_exchange_on(link),
        )
        for link in provisioning.links
    )


def _first_exchange_on(link: Link) -> date | None:
    """None for a refused link: its document still has the day of before, where Keylane could not renew it."""
    return link.first_exchange.on if link.first_exchange and link.stage is not LinkStage.REFUSED else None


def _why(provisioning: Provisioning, link: Link) -> tuple[Reason, ...]:
    return tuple(words.of_finding(finding, provisioning.package) for finding in passed_on(link.findings))


def _next(remembered: Remembered, stands: Standing, why: Sequence[Reason]) -> NextStep:
    if remembered.is_unheard_of:
        return NOTHING_KNOWN
    if stands_still(remembered.parked):
        return BLOCKED
    if stands.stage is Stage.REJECTED and remembered.intake is not None and remembered.intake.email is None:
        return UNANSWERED
    provisioning = remembered.provisioning
    links: Sequence[Link] = provisioning.links if provisioning else ()
    exchanges = [on for link in links if (on := _first_exchange_on(link))]
    codes = [reason.code for reason in why]
    usual = next_step(stands.stage, overdue=stands.overdue, exchanges=exchanges, why=codes)
    is_one_refused = any(_is_refused_beside(link, stands.stage) for link in links)
    is_one_stopped = stands.stage is Stage.REALISED and any(
        link.findings for link in links if link.stage is LinkStage.REALISED
    )
    step = STOPPED if is_one_stopped else ONE_REFUSED if is_one_refused else usual
    if provisioning is None or step.code not in _WITH_STEPS:
        return step
    asked = (finding for link in links if link.stage in _WITH_STEPS[step.code] for finding in link.findings)
    package = packages()[provisioning.package]
    steps = dict.fromkeys(one for finding in asked for one in package.help_for(finding.code).steps)
    return step.model_copy(update={"steps": tuple(steps)})


_WITH_STEPS = {
    "YOU_ACT": (LinkStage.ACTION_NEEDED, LinkStage.REALISED),
    "YOU_REGISTER_AGAIN": (LinkStage.REFUSED,),
}
"""The next steps for which the package says what to do, and the stages of the connections that it is about."""
