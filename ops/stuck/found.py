"""Finds the stuck registrations, with the limits of the live view's alerts, and says what each waits for."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from ops.parked.row import stands_still
from ops.servers.administrator import Database
from ops.service_state.holding import paused_services
from ops.story.registration_view import RegistrationView
from ops.story.registrations import registrations
from ops.stuck.silent import SilentRegistrations
from ops.terminal.limited_list import Limited
from ops.terminal.view import View
from schemas.flow import ENRICHMENT, PROVISIONING
from services.intake.terms import TAKEN_UP_WITHIN
from services.monitor.stage import Stage

WAITS_FOR = {
    Stage.LINK_REQUESTED: "the processor to take it up",
    Stage.PROCESSOR_APPLIED: "a.s.r.'s review",
    Stage.HELD: "what it is held for",
    Stage.ACCEPTED: ENRICHMENT.name,
    Stage.AWAITING_POLICY: "its policy",
    Stage.ENRICHED: PROVISIONING.name,
    Stage.REQUESTED: "Keylane",
    Stage.ACCEPTED_BY_KEYLANE: "Keylane",
    Stage.CUSTOMER_ACTION_NEEDED: "the customer",
}
"""Every stage that can wait, except SUBMITTED: that backlog counts as lag.

LINK_REQUESTED is included, though only intake's document shows it: no event says that it was taken up.
"""
ALLOWED_S = {Stage.LINK_REQUESTED: int(TAKEN_UP_WITHIN.total_seconds())}
"""Limits for the stages for which the alerts have none."""

OURS = {
    Stage.ACCEPTED: ENRICHMENT.name,
    Stage.ENRICHED: PROVISIONING.name,
    Stage.REQUESTED: PROVISIONING.name,
}
"""The stages at which a record of ours may be lost, as nobody else has confirmed it, and the service that is next."""


class StuckRegistration(View):
    """A registration that has been silent at its stage for `silent_s`, which is longer than `allowed_s`.

    `held_up`: whether a parked record or a paused service is in its way; that comes first.
    """

    registration: str
    reference: str
    company_name: str | None
    stage: Stage
    since: datetime
    silent_s: int
    allowed_s: int
    waits_for: str
    held_up: bool


async def find_stuck(
    database: Database,
    silences_s: Mapping[Stage, int],
    stages: Collection[Stage],
    *,
    limit: int,
    held_up: bool = True,
) -> Limited[StuckRegistration]:
    """The oldest stuck registrations at these stages, with or without those that are held up.

    This reads every document, some thousands at a time, which takes half a minute for a million of them. Call it inside
    a transaction.
    """
    silences_s = {**ALLOWED_S, **silences_s}
    paused = {one.service for one in await paused_services(database)}
    wanted = [stage for stage in stages if held_up or OURS.get(stage) not in paused]
    silent = SilentRegistrations(database, {stage: silences_s[stage] for stage in wanted}, held_up=held_up)
    found = await silent.oldest(limit)
    views = {view.registration: view for view in await registrations(database, [row["key"] for row in found.shown])}
    listed = [_stuck(row, views[row["key"]], silences_s, paused) for row in found.shown if row["key"] in views]
    return Limited(listed, found.total)


def _stuck(row: Any, seen: RegistrationView, silences_s: Mapping[Stage, int], paused: set[str]) -> StuckRegistration:
    stage = Stage(row["stage"])
    return StuckRegistration(
        registration=seen.registration,
        reference=seen.reference,
        company_name=seen.company_name,
        stage=stage,
        since=row["since"],
        silent_s=int(row["silent_s"]),
        allowed_s=silences_s[stage],
        waits_for=_waits_for(stage, seen, paused),
        held_up=stands_still(seen.parked) or OURS.get(stage) in paused,
    )


def _waits_for(stage: Stage, seen: RegistrationView, paused: set[str]) -> str:
    if stands_still(seen.parked):
        return "a parked record"
    waits_for, ours = WAITS_FOR[stage], OURS.get(stage)
    if ours in paused:
        return f"{ours}, which is paused"
    codes = ", ".join(reason.code for reason in seen.why) if stage in (Stage.HELD, Stage.AWAITING_POLICY) else ""
    return f"{waits_for}: {codes}" if codes else waits_for
