"""`python -m services.provisioning`."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, Json

from payroll.calendar import published
from payroll.first_exchange import DAYS_AFTER_PERIOD
from services.provisioning.decide import Terms, service
from services.provisioning.realisation import ExchangeRule
from stream.run import Deployment, main
from stream.settings import Settings

Starts = dict[int, tuple[date, ...]]


def _published(starts: Starts) -> Starts:
    published(starts)
    return starts


class ProvisioningSettings(Settings):
    """The runtime's settings, and the terms that a.s.r. sets."""

    keylane_deadline_days: float = Field(default=10, gt=0)
    days_after_period: int = Field(default=DAYS_AFTER_PERIOD, ge=0, le=60)
    four_week_starts: Annotated[Json[Starts], AfterValidator(_published)] = Field(
        default="{}",
        validate_default=True,
        description="by year, the first days of the thirteen four-week periods, where they are not the calendar's",
    )
    customer_reminder_days: float = Field(default=14, gt=0)
    customer_reminders_max: int = Field(default=3, ge=0, le=20)


async def build(settings: ProvisioningSettings) -> Deployment:
    """The service under the terms of the environment."""
    terms = Terms(
        keylane_deadline=timedelta(days=settings.keylane_deadline_days),
        exchange=ExchangeRule(settings.days_after_period, published(settings.four_week_starts)),
        customer_reminder=timedelta(days=settings.customer_reminder_days),
        customer_reminders_max=settings.customer_reminders_max,
    )
    return Deployment(service(terms))


if __name__ == "__main__":
    main(build, ProvisioningSettings)
