"""A registration as people see it: where it stands, since when, why, and what comes next."""

from datetime import date, datetime

from ops.parked.row import ParkedRow, stands_still
from ops.story.happening import Happening
from ops.story.listed import ListedRegistration
from ops.story.mail_view import MailView
from ops.story.next_step import NextStep
from ops.story.reason import Reason
from ops.story.standing import Standing
from ops.terminal.view import View
from services.monitor.stage import Stage


class ConnectionView(View):
    """One employer code: its stage, and once it is realised the day of its first exchange."""

    connection: int
    employer_code: str
    stage: Stage
    since: datetime
    why: tuple[Reason, ...]
    first_exchange_on: date | None


class Milestone(View):
    """A stage, and since when."""

    stage: Stage
    since: datetime


class RegistrationView(View):
    """The whole story. `overdue`: longer under way than agreed; `parked`: what the services put aside of it.

    Where `next` is NOTHING_KNOWN a parked record alone speaks of it, and its stage says nothing.

    `trail` is what is still known of the way here, the present stage last; `happened` is what the timeline has
    heard of, a moment later. `attention` stops nothing, and somebody should look at it. `connections` are known once
    Keylane was asked.
    """

    registration: str
    reference: str
    company_name: str | None
    package: str | None
    stage: Stage
    since: datetime
    overdue: bool
    trail: tuple[Milestone, ...]
    why: tuple[Reason, ...]
    next: NextStep
    happened: tuple[Happening, ...]
    attention: tuple[Reason, ...]
    connections: tuple[ConnectionView, ...]
    mails: tuple[MailView, ...]
    parked: tuple[ParkedRow, ...]

    @property
    def listed(self) -> ListedRegistration:
        """What a list shows of it."""
        standing, blocked = Standing(self.stage, self.since, self.overdue), stands_still(self.parked)
        return ListedRegistration(self.reference, self.company_name, self.package, standing, blocked)
