"""One file per event, all its versions and upcasts."""

from .connections_withdrawn import ConnectionsWithdrawn, WithdrawnConnection
from .correction_refused import CorrectionRefused, CorrectionRefusedV1
from .customer_action_needed import CustomerActionNeeded
from .cycle_requested import CycleRequested
from .dead_lettered import DeadLettered
from .form_received import FormReceived, FormReceivedV1, FormReceivedV2
from .link_realised import FirstExchange, LinkRealised, LinkRealisedV1
from .link_requested import LinkRequested, LinkRequestedV1, LinkRequestedV2
from .notification_sent import NotificationSent
from .operator_acted import OperatorActed
from .policy_awaited import PolicyAwaited, PolicyAwaitedV1, PolicyAwaitedV2, PolicyAwaitedV3
from .policy_enriched import PolicyEnriched, PolicyEnrichedV1, PolicyEnrichedV2
from .processor_applied import ProcessorApplied
from .processor_confirmed import ProcessorConfirmed, ProcessorConfirmedV1
from .processor_declined import ProcessorDeclined, ProcessorDeclinedV1
from .processor_reviewed import ProcessorReviewed, ProcessorReviewedV1
from .provisioning_cancelled import ProvisioningCancelled
from .provisioning_refused import ProvisioningRefused, ProvisioningRefusedV1
from .provisioning_reported import ProvisioningReported
from .provisioning_requested import Authorisation, ProvisioningRequested, ProvisioningRequestedV1
from .registration_ended import RegistrationEnded, RegistrationEndedV1, RegistrationEndedV2
from .registration_held import RegistrationHeld, Requirement
from .registration_rejected import (
    EarlierRegistration,
    FormFault,
    RegistrationRejected,
    RegistrationRejectedV1,
    RegistrationRejectedV2,
)
from .registration_stuck import RegistrationStuck
from .registration_submitted import (
    RegistrationSubmitted,
    RegistrationSubmittedV1,
    RegistrationSubmittedV2,
    RegistrationSubmittedV3,
)

__all__ = [
    "Authorisation",
    "ConnectionsWithdrawn",
    "CorrectionRefused",
    "CorrectionRefusedV1",
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
    "LinkRequested",
    "LinkRequestedV1",
    "LinkRequestedV2",
    "NotificationSent",
    "OperatorActed",
    "PolicyAwaited",
    "PolicyAwaitedV1",
    "PolicyAwaitedV2",
    "PolicyAwaitedV3",
    "PolicyEnriched",
    "PolicyEnrichedV1",
    "PolicyEnrichedV2",
    "ProcessorApplied",
    "ProcessorConfirmed",
    "ProcessorConfirmedV1",
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
    "RegistrationHeld",
    "RegistrationRejected",
    "RegistrationRejectedV1",
    "RegistrationRejectedV2",
    "RegistrationStuck",
    "RegistrationSubmitted",
    "RegistrationSubmittedV1",
    "RegistrationSubmittedV2",
    "RegistrationSubmittedV3",
    "Requirement",
    "WithdrawnConnection",
]
