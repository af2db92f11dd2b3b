"""`python -m services.provisioning`."""

from datetime import timedelta

from pydantic import Field

from payroll.first_exchange import DAYS_AFTER_PERIOD
from services.provisioning.decide import Terms, service
from stream.run import Deployment, main
from stream.settings import Settings


class ProvisioningSettings(Settings):
    """The runtime's settings, and the terms that a.s.r. sets."""

    keylane_deadline_days: float = Field(default=10, gt=0)
    days_after_period: int = Field(default=DAYS_AFTER_PERIOD, ge=0, le=60)


async def build(settings: ProvisioningSettings) -> Deployment:
    """The service under the terms of the environment."""
    return Deployment(service(Terms(timedelta(days=settings.keylane_deadline_days), settings.days_after_period)))


if __name__ == "__main__":
    main(build, ProvisioningSettings)
