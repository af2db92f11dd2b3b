"""What intake is told about itself."""

from datetime import timedelta

from pydantic import Field, SecretStr

from payroll.correction_code import KEY_BYTES_MIN, CorrectionCodes
from services.intake.terms import Terms
from stream.settings import Days, Settings

_USUAL = Terms()


class IntakeSettings(Settings):
    """The runtime's settings and the terms."""

    correction_key: SecretStr = Field(min_length=KEY_BYTES_MIN)
    correction_key_previous: SecretStr | None = Field(
        default=None, min_length=KEY_BYTES_MIN, description="its codes are accepted too; see docs/runbook.md"
    )
    reminder_days: Days = _USUAL.reminder.days
    lapse_days: Days = _USUAL.lapse.days

    def terms(self) -> Terms:
        """The same as the decision takes it."""
        previous = self.correction_key_previous
        return Terms(
            codes=CorrectionCodes(
                self.correction_key.get_secret_value().encode(),
                previous.get_secret_value().encode() if previous else None,
            ),
            reminder=timedelta(days=self.reminder_days),
            lapse=timedelta(days=self.lapse_days),
        )
