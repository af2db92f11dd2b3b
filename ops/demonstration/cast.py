"""The registrations of one performance: scenarios with ids of their own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ops.demonstration.scenario import Scenario
from ops.outcome import Link
from ops.registration import RegistrationView
from ops.stage import Stage
from ops.standing import Remembered, view


@dataclass(frozen=True, slots=True)
class Part:
    """A scenario as it is played: its form as typed, under this submission id."""

    scenario: Scenario
    form: dict[str, Any]
    submission_id: str
    registration: str

    @property
    def expected(self) -> frozenset[Link]:
        """Its connections, when they should be realised."""
        if self.scenario.ends is not Stage.REALISED:
            return frozenset()
        return frozenset(Link(self.registration, one["employer_code"]) for one in self.form["connections"])

    @property
    def mails_min(self) -> int:
        """How many mails it must lead to: one for each end, and one for each question."""
        return max(len(self.expected), 1) + self.scenario.asks

    def sent(self, at: datetime) -> RegistrationView:
        """How it is shown until intake has heard of it."""
        unheard = view(Remembered(self.registration), at)
        return unheard.model_copy(update={"company_name": self.form["company_name"], "package": self.form["package"]})
