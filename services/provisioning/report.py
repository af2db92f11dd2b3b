"""Maps a report of Keylane's to a trigger of the connection's state machine. Pure."""

from datetime import datetime, timedelta
from typing import assert_never

from payroll.finding import passed_on
from schemas.events import ProvisioningReported
from services.provisioning.documents import Link, LinkStage
from services.provisioning.states import Trigger

CLOCKS_APART_MAX = timedelta(days=1)
WORKED_FOR = timedelta(days=1)
"""How long a link works before what Keylane asks is something that befell it, and no second thought of Keylane's."""

_FINAL = (LinkStage.REALISED, LinkStage.REFUSED)


def trigger_of(report: ProvisioningReported, link: Link) -> Trigger:
    """How this report counts for the connection it names."""
    if report.cycle != link.cycle:
        return Trigger.STALE if report.cycle < link.cycle else Trigger.EARLY
    if _is_outdated(report, link):
        return Trigger.OUTDATED
    match report.report:
        case "configured":
            return _works(report, link)
        case "failed":
            return Trigger.FAILED
        case "accepted":
            return Trigger.ACCEPTED
        case "customer_action_needed":
            return _asks(report, link)
        case unexpected:
            assert_never(unexpected)


def takes_back(report: ProvisioningReported, link: Link) -> bool:
    """Whether it says that a link that works no longer needs what it needed of the customer."""
    noted = link.contradiction if link.stage is LinkStage.REALISED else None
    if noted is None or noted.report != "customer_action_needed":
        return False
    return report.report == "configured" and report.reported_at > noted.reported_at


def is_plausible(report: ProvisioningReported, link: Link, now: datetime) -> bool:
    """Whether Keylane can have reported then: after the request and not in the future, give or take our clocks."""
    return link.requested_at - CLOCKS_APART_MAX <= report.reported_at <= now + CLOCKS_APART_MAX


def _is_outdated(report: ProvisioningReported, link: Link) -> bool:
    """Whether it was made before the last one that was noted or, if it is not final, before the last that counted.

    So the newest note stands, and the customer is asked nothing that Keylane said before it.

    If it was made at the same moment as a final report, nobody knows the order: the final report stands.
    """
    if link.contradiction is not None and report.reported_at < link.contradiction.reported_at:
        return True
    if link.heard_at is None or report.report in ("configured", "failed"):
        return False
    earlier = report.reported_at < link.heard_at
    return earlier or (link.stage in _FINAL and report.reported_at == link.heard_at)


def _works(report: ProvisioningReported, link: Link) -> Trigger:
    if _names_another_day(report, link):
        return Trigger.CONFIGURED_ANOTHER_DAY
    return Trigger.WORKS_AGAIN if takes_back(report, link) else Trigger.CONFIGURED


def _names_another_day(report: ProvisioningReported, link: Link) -> bool:
    """Than the one that was told. The same report once more, whose day was set aside already, names nothing new."""
    if report.first_exchange_on is None or link.first_exchange is None:
        return False
    is_once_more = link.warning is not None and report.reported_at == link.heard_at
    return report.first_exchange_on != link.first_exchange.on and not is_once_more


def _asks(report: ProvisioningReported, link: Link) -> Trigger:
    if passed_on(link.findings) == passed_on(report.findings):
        return Trigger.ACTION_NEEDED_SAME
    worked_since = link.heard_at if link.stage is LinkStage.REALISED else None
    has_worked = worked_since is not None and report.reported_at > worked_since + WORKED_FOR
    return Trigger.STOPPED_WORKING if has_worked else Trigger.ACTION_NEEDED
