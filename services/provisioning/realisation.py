"""The day of a link's realisation and its first exchange, by Keylane's report. Pure."""

from datetime import date, datetime
from typing import NamedTuple

from payroll.amsterdam import amsterdam_day
from payroll.calendar import Table
from payroll.first_exchange import DAYS_AFTER_PERIOD, first_exchange
from schemas.events import FirstExchange, ProvisioningReported
from services.provisioning.documents import Link


class ExchangeRule(NamedTuple):
    """How many days after a payroll period the exchange is, and the periods that are not the calendar's."""

    days_after: int = DAYS_AFTER_PERIOD
    table: Table | None = None


OURS = ExchangeRule()


class Realisation(NamedTuple):
    """When it was realised, when data flow first, and what is odd about the date that Keylane named."""

    realised_on: date
    first_exchange: FirstExchange
    warning: str | None


def realisation(report: ProvisioningReported, link: Link, rule: ExchangeRule, *, heard_at: datetime) -> Realisation:
    """The realisation by this report; the first exchange is the rule's day, or Keylane's if its day is possible.

    A link that was realised before keeps its days, which the customer knows, unless Keylane names another. If a report
    is heard so late that the rule's day is past, the rule is applied from then on.
    """
    realised_on = amsterdam_day(report.reported_at)
    named = report.first_exchange_on
    if link.realised_on and link.first_exchange and named == link.first_exchange.on:
        return Realisation(link.realised_on, link.first_exchange, None)
    found, warning = first_exchange(realised_on, link.frequency, named=named, **rule._asdict())
    if link.realised_on and link.first_exchange and not found.named_by_keylane:
        return Realisation(link.realised_on, link.first_exchange, warning)
    today = amsterdam_day(heard_at)
    if found.on < today and not found.named_by_keylane:
        found, _ = first_exchange(today, link.frequency, **rule._asdict())
    return Realisation(realised_on, found, warning)
