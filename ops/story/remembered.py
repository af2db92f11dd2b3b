"""All that the services keep about one registration."""

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
    """A document is None until its service has written it.

    All from `mails` on but `parked` is filled only for a full story (`told`, `registrations`). `processor`: what was
    answered to the one whose confirmation a held registration waits for; None where it has not registered. `holders`:
    to whom a held registration gave way, where nothing is left that it could register.
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
        """Whether there is nothing but parked records that speak of it, and no form among them."""
        heard_of = self.intake or self.enrichment or self.provisioning
        return heard_of is None and all(row.topic != FormReceived.name for row in self.parked)
