"""A registration as a line of a list shows it."""

from dataclasses import dataclass
from datetime import datetime

from ops.parked.row import stands_still
from ops.story.remembered import Remembered
from ops.story.standing import Standing, standing
from schemas.ids import reference


@dataclass(frozen=True, slots=True)
class ListedRegistration:
    """What a line has room for. `blocked`: it stands still until a human acts on a parked record."""

    reference: str
    company_name: str | None
    package: str | None
    standing: Standing
    blocked: bool

    @property
    def unusual(self) -> bool:
        """Whether somebody should look."""
        return self.blocked or self.standing.overdue

    @property
    def stage_words(self) -> str:
        """What is unusual, and then the stage."""
        unusual = [word for word, so in (("parked", self.blocked), ("overdue", self.standing.overdue)) if so]
        words = self.standing.stage.words
        return f"{', '.join(unusual)}: {words}" if unusual else words


def listed(remembered: Remembered, now: datetime) -> ListedRegistration:
    """What a list shows of it."""
    intake = remembered.intake
    return ListedRegistration(
        reference(remembered.registration),
        intake.company_name if intake else None,
        intake.package if intake else None,
        standing(remembered, now),
        stands_still(remembered.parked),
    )
