"""What intake is told about itself."""

from datetime import timedelta

from pydantic import Field, SecretStr

from payroll.correction_code import KEY_BYTES_MIN, CorrectionCodes
from services.intake.terms import Terms
from stream.settings import Settings


class IntakeSettings(Settings):
    """The runtime's settings and the terms."""

    correction_key: SecretStr = Field(min_length=KEY_BYTES_MIN)
    reminder_days: float = Field(default=7, gt=0)
    lapse_days: float = Field(default=60, gt=0)

    def terms(self) -> Terms:
        """The same as the decision takes it."""
        return Terms(
            codes=CorrectionCodes(self.correction_key.get_secret_value().encode()),
            reminder=timedelta(days=self.reminder_days),
            lapse=timedelta(days=self.lapse_days),
        )
