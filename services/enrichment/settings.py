"""What enrichment is told about itself."""

from datetime import timedelta

from pydantic import Field

from services.enrichment.terms import Terms
from stream.settings import Settings

_USUAL = Terms()


class EnrichmentSettings(Settings):
    """The runtime's settings and the terms."""

    policy_deadline_days: float = Field(default=_USUAL.deadline.days, gt=0)
    mandate_reminder_days: float = Field(default=_USUAL.reminder.days, gt=0)

    def terms(self) -> Terms:
        """The same as the decision takes it."""
        return Terms(
            deadline=timedelta(days=self.policy_deadline_days), reminder=timedelta(days=self.mandate_reminder_days)
        )
