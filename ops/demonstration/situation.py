"""How far a performance is, and what has not happened yet."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ops.demonstration.cast import Part
from ops.demonstration.scenario import Mailed
from ops.parked.row import ParkedRow, stands_still
from ops.story.registration_view import RegistrationView

KILLED = "provisioning"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the services know now of the parts, in order; `killed` and `revived` are process ids."""

    now: datetime
    parts: Sequence[Part]
    views: Sequence[RegistrationView]
    parked: Sequence[ParkedRow]
    killed: int | None = None
    revived: int | None = None

    @property
    def mailed(self) -> frozenset[Mailed]:
        """The mails that have gone out."""
        return frozenset(
            Mailed(part.scenario.form, mail.kind)
            for part, view in zip(self.parts, self.views, strict=True)
            for mail in view.mails
            if mail.status == "sent"
        )

    def missing(self) -> list[str]:
        """What has not happened yet, one line each."""
        lines = [line for part, view in zip(self.parts, self.views, strict=True) for line in _missing(part, view)]
        if not any(row.registration is None for row in self.parked):
            lines.append("the record that is no JSON is not parked")
        if self.revived is None:
            lines.append(f"{KILLED} was not killed and started again")
        return lines


def _missing(part: Part, view: RegistrationView) -> list[str]:
    name = f"{view.reference} {view.company_name or part.scenario.form}"
    lines = []
    if view.stage is not part.scenario.ends or stands_still(view.parked):
        lines.append(f"{name} stands at {view.stage.words}, not at {part.scenario.ends.words}")
    unplanned = part.mails - Counter(mail.kind for mail in view.mails)
    if view.stage.ended and unplanned:
        lines.append(f"{name} has no mail {', '.join(unplanned.elements())}")
    lines += [f"{name}: mail {mail.kind} is {mail.status}" for mail in view.mails if mail.status != "sent"]
    return lines
