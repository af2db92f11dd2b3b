"""A registration's story as values, as people and programs see it."""

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
    """The connection of one employer code: its stage, and the day of its first exchange once it is realised."""

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
    """The whole story.

    `overdue`: it is in this stage for longer than agreed. `trail`: the stages that are still known, the present one
    last. `happened`: the timeline, which is a moment behind. `attention`: what somebody should look at, although it
    stops nothing. `connections` are known once Keylane was asked. `parked`: its parked records; where `next` is
    NOTHING_KNOWN there is nothing but these, and the stage means nothing.
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
