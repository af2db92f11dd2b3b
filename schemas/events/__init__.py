"""One file per event, all its versions and upcasts."""

from schemas.events.connections_withdrawn import ConnectionsWithdrawn, WithdrawnConnection
from schemas.events.correction_refused import CorrectionRefused, CorrectionRefusedV1, CorrectionRefusedV2
from schemas.events.customer_action_needed import CustomerActionNeeded
from schemas.events.cycle_requested import CycleRequested
from schemas.events.dead_lettered import DeadLettered
from schemas.events.form_received import FormReceived, FormReceivedV1, FormReceivedV2
from schemas.events.link_realised import FirstExchange, LinkRealised, LinkRealisedV1, LinkRealisedV2
from schemas.events.link_requested import LinkRequested, LinkRequestedV1, LinkRequestedV2, LinkRequestedV3
from schemas.events.notification_sent import NotificationSent
from schemas.events.operator_acted import OperatorActed
from schemas.events.policy_awaited import (
    PolicyAwaited,
    PolicyAwaitedV1,
    PolicyAwaitedV2,
    PolicyAwaitedV3,
    PolicyAwaitedV4,
)
from schemas.events.policy_enriched import PolicyEnriched, PolicyEnrichedV1, PolicyEnrichedV2
from schemas.events.processor_applied import ProcessorApplied, ProcessorAppliedV1
from schemas.events.processor_confirmed import ProcessorConfirmed, ProcessorConfirmedV1, ProcessorConfirmedV2
from schemas.events.processor_declined import ProcessorDeclined, ProcessorDeclinedV1
from schemas.events.processor_reviewed import ProcessorReviewed, ProcessorReviewedV1
from schemas.events.provisioning_cancelled import ProvisioningCancelled
from schemas.events.provisioning_refused import ProvisioningRefused, ProvisioningRefusedV1
from schemas.events.provisioning_reported import ProvisioningReported
from schemas.events.provisioning_requested import Authorisation, ProvisioningRequested, ProvisioningRequestedV1
from schemas.events.registration_ended import (
    RegistrationEnded,
    RegistrationEndedV1,
    RegistrationEndedV2,
    RegistrationEndedV3,
)
from schemas.events.registration_held import RegistrationHeld, RegistrationHeldV1, Requirement
from schemas.events.registration_rejected import (
    EarlierRegistration,
    FormFault,
    RegistrationRejected,
    RegistrationRejectedV1,
    RegistrationRejectedV2,
)
from schemas.events.registration_stuck import RegistrationStuck
from schemas.events.registration_submitted import (
    RegistrationSubmitted,
    RegistrationSubmittedV1,
    RegistrationSubmittedV2,
    RegistrationSubmittedV3,
    RegistrationSubmittedV4,
)

__all__ = [
    "Authorisation",
    "ConnectionsWithdrawn",
    "CorrectionRefused",
    "CorrectionRefusedV1",
    "CorrectionRefusedV2",
    "CustomerActionNeeded",
    "CycleRequested",
    "DeadLettered",
    "EarlierRegistration",
    "FirstExchange",
    "FormFault",
    "FormReceived",
    "FormReceivedV1",
    "FormReceivedV2",
    "LinkRealised",
    "LinkRealisedV1",
    "LinkRealisedV2",
    "LinkRequested",
    "LinkRequestedV1",
    "LinkRequestedV2",
    "LinkRequestedV3",
    "NotificationSent",
    "OperatorActed",
    "PolicyAwaited",
    "PolicyAwaitedV1",
    "PolicyAwaitedV2",
    "PolicyAwaitedV3",
    "PolicyAwaitedV4",
    "PolicyEnriched",
    "PolicyEnrichedV1",
    "PolicyEnrichedV2",
    "ProcessorApplied",
    "ProcessorAppliedV1",
    "ProcessorConfirmed",
    "ProcessorConfirmedV1",
    "ProcessorConfirmedV2",
    "ProcessorDeclined",
    "ProcessorDeclinedV1",
    "ProcessorReviewed",
    "ProcessorReviewedV1",
    "ProvisioningCancelled",
    "ProvisioningRefused",
    "ProvisioningRefusedV1",
    "ProvisioningReported",
    "ProvisioningRequested",
    "ProvisioningRequestedV1",
    "RegistrationEnded",
    "RegistrationEndedV1",
    "RegistrationEndedV2",
    "RegistrationEndedV3",
    "RegistrationHeld",
    "RegistrationHeldV1",
    "RegistrationRejected",
    "RegistrationRejectedV1",
    "RegistrationRejectedV2",
    "RegistrationStuck",
    "RegistrationSubmitted",
    "RegistrationSubmittedV1",
    "RegistrationSubmittedV2",
    "RegistrationSubmittedV3",
    "RegistrationSubmittedV4",
    "Requirement",
    "WithdrawnConnection",
]
