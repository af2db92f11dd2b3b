"""What the services keep about one registration."""

from dataclasses import dataclass

from ops.parked.row import ParkedRow
from ops.story.mail_view import MailView
from ops.story.policy_now import PolicyNow
from schemas.events import FormReceived
from schemas.ids import RegistrationId
from services.enrichment.documents import Enrichment
from services.intake.documents import Answer, Intake
from services.provisioning.documents import Provisioning
from services.timeline.documents import Timeline


@dataclass(frozen=True, slots=True)
class Remembered:
    """The services' documents about a registration; each is None until its service has written it.

    All fields from `mails` on, except `parked`, are filled only for a full story (`told`, `registrations`).
    `processor`: the answer to the processor whose confirmation a held registration waits for; None where that has not
    registered. `holders`: the registrations to which a held one gave way, if it has nothing left to register.
    """

    registration: str
    intake: Intake | None = None
    enrichment: Enrichment | None = None
    provisioning: Provisioning | None = None
    mails: tuple[MailView, ...] = ()
    parked: tuple[ParkedRow, ...] = ()
    timeline: Timeline | None = None
    policy: PolicyNow | None = None
    processor: Answer | None = None
    holders: tuple[RegistrationId, ...] = ()

    @property
    def is_unheard_of(self) -> bool:
        """Whether only parked records mention it, and none of them is a form."""
        heard_of = self.intake or self.enrichment or self.provisioning
        return heard_of is None and all(row.topic != FormReceived.name for row in self.parked)
