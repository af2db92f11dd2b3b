"""The day of a link's realisation and its first exchange, by Keylane's report. Pure."""

from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from payroll.first_exchange import first_exchange
from schemas.events import FirstExchange, ProvisioningReported
from services.provisioning.documents import Link

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Realisation(NamedTuple):
    """When it was realised, when data flow first, and why a date that Keylane named does not stand."""

    realised_on: date
    first_exchange: FirstExchange
    warning: str | None


def realisation(report: ProvisioningReported, link: Link, days_after_period: int) -> Realisation:
    """By the rule, or by Keylane where the day that it names can stand.

    A link that was realised before keeps its days, which the customer knows, unless Keylane names another.
    """
    realised_on = report.reported_at.astimezone(AMSTERDAM).date()
    found = first_exchange(realised_on, link.frequency, named=report.first_exchange_on, days_after=days_after_period)
    named = found.on if found.named_by_keylane else None
    if link.realised_on and link.first_exchange and named in (None, link.first_exchange.on):
        return Realisation(link.realised_on, link.first_exchange, found.warning)
    told = FirstExchange(
        on=found.on, period_id=found.period_id, rule_version=found.rule_version, named_by_keylane=found.named_by_keylane
    )
    return Realisation(realised_on, told, found.warning)
