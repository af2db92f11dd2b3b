"""The terms under which connections are asked of Keylane; a.s.r. sets them, and all of them are our proposal."""

from dataclasses import dataclass
from datetime import timedelta

from services.provisioning.realisation import OURS, ExchangeRule


@dataclass(frozen=True, slots=True)
class Terms:
    """What a.s.r. sets.

    Attributes:
        keylane_deadline: how long Keylane may take before a connection is overdue.
        exchange: the rule for the day of the first exchange.
        customer_reminder: how long a customer gets before the next reminder.
        customer_reminders_max: after so many the connection is overdue.
    """

    keylane_deadline: timedelta = timedelta(days=10)
    exchange: ExchangeRule = OURS
    customer_reminder: timedelta = timedelta(days=14)
    customer_reminders_max: int = 3
