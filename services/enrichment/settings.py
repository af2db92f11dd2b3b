"""What enrichment is told about itself."""

from datetime import timedelta

from services.enrichment.terms import Terms
from stream.settings import Days, Settings

_USUAL = Terms()


class EnrichmentSettings(Settings):
    """The runtime's settings and the terms."""

    policy_deadline_days: Days = _USUAL.deadline.days
    mandate_reminder_days: Days = _USUAL.reminder.days

    def terms(self) -> Terms:
        """The same as the decision takes it."""
        return Terms(
            deadline=timedelta(days=self.policy_deadline_days), reminder=timedelta(days=self.mandate_reminder_days)
        )
