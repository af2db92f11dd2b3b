"""A registration's stage, and since when, by what the services keep about it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from ops.story.remembered import Remembered
from services.enrichment.documents import Enrichment
from services.intake.documents import Answer, Intake
from services.monitor.stage import Stage, of_connections
from services.provisioning.documents import LinkStage, Provisioning

STAGES = {
    LinkStage.REQUESTED: Stage.REQUESTED,
    LinkStage.ACCEPTED: Stage.ACCEPTED_BY_KEYLANE,
    LinkStage.ACTION_NEEDED: Stage.CUSTOMER_ACTION_NEEDED,
    LinkStage.REALISED: Stage.REALISED,
    LinkStage.REFUSED: Stage.REFUSED,
    LinkStage.CANCELLED: Stage.CANCELLED,
}
"""The stage that stands for each stage of a connection at Keylane."""
_STAGE_OF_ANSWER: dict[Answer, Stage] = {
    "requested": Stage.LINK_REQUESTED,
    "applied": Stage.PROCESSOR_APPLIED,
    "confirmed": Stage.PROCESSOR_CONFIRMED,
    "declined": Stage.PROCESSOR_DECLINED,
    "passed_on": Stage.PASSED_ON,
}
"""A link request ends when it is taken up, a processor's registration with a.s.r.'s answer, and a correction or
withdrawal when it is passed on to the registration that it is about."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A stage and since when; `overdue`: for longer than agreed."""

    stage: Stage
    since: datetime
    overdue: bool = False


def standing(remembered: Remembered, now: datetime) -> Standing:
    """Where it stands; a registration known only by a parked record counts as submitted when that was parked."""
    intake, enrichment, provisioning = remembered.intake, remembered.enrichment, remembered.provisioning
    if intake is None:
        return Standing(Stage.SUBMITTED, min((row.since for row in remembered.parked), default=now))
    if intake.answer == "rejected":
        return Standing(Stage.REJECTED, intake.since)
    if intake.ended:
        return Standing(Stage.CANCELLED, intake.since)
    if intake.answer == "held":
        return Standing(Stage.HELD, intake.held_since or intake.since)
    if intake.answer in _STAGE_OF_ANSWER:
        return Standing(_STAGE_OF_ANSWER[intake.answer], intake.since, intake.overdue)
    return _beyond_intake(intake, enrichment, provisioning)


def _beyond_intake(intake: Intake, enrichment: Enrichment | None, provisioning: Provisioning | None) -> Standing:
    awaits = enrichment is not None and enrichment.reason is not None
    if provisioning is not None and provisioning.links and not awaits:
        return _with_keylane(provisioning)
    if enrichment is None:
        return Standing(Stage.ACCEPTED, intake.since)
    return _with_policy_data(enrichment)


def _with_policy_data(enrichment: Enrichment) -> Standing:
    if enrichment.ended:
        return Standing(Stage.CANCELLED, enrichment.since)
    if enrichment.reason is None:
        return Standing(Stage.ENRICHED, enrichment.since)
    return Standing(Stage.AWAITING_POLICY, enrichment.since, enrichment.overdue)


def _with_keylane(provisioning: Provisioning) -> Standing:
    stage = of_connections(frozenset(STAGES[link.stage] for link in provisioning.links))
    since = max(link.since for link in provisioning.links if STAGES[link.stage] is stage)
    return Standing(stage, since, provisioning.overdue)
