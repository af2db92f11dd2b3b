"""What provisioning is told about itself."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, Json

from payroll.calendar import published
from services.provisioning.realisation import ExchangeRule
from services.provisioning.terms import Terms
from stream.settings import Days, Settings

Starts = dict[int, tuple[date, ...]]

_USUAL = Terms()


def _published(starts: Starts) -> Starts:
    published(starts)
    return starts


class ProvisioningSettings(Settings):
    """The runtime's settings, and the terms that a.s.r. sets."""

    keylane_deadline_days: Days = _USUAL.keylane_deadline.days
    days_after_period: int = Field(default=_USUAL.exchange.days_after, ge=0, le=60)
    four_week_starts: Annotated[Json[Starts], AfterValidator(_published)] = Field(
        default="{}",
        validate_default=True,
        description="by year, the first days of the thirteen four-week periods, where they are not the calendar's",
    )
    customer_reminder_days: Days = _USUAL.customer_reminder.days
    customer_reminders_max: int = Field(default=_USUAL.customer_reminders_max, ge=0, le=20)

    def terms(self) -> Terms:
        """The same as the decision takes it."""
        return Terms(
            keylane_deadline=timedelta(days=self.keylane_deadline_days),
            exchange=ExchangeRule(self.days_after_period, published(self.four_week_starts)),
            customer_reminder=timedelta(days=self.customer_reminder_days),
            customer_reminders_max=self.customer_reminders_max,
        )
