"""One file per event, all its versions and upcasts."""

from .customer_action_needed import CustomerActionNeeded
from .dead_lettered import DeadLettered
from .form_received import FormReceived
from .link_realised import FirstExchange, LinkRealised
from .policy_awaited import PolicyAwaited
from .policy_enriched import PolicyEnriched
from .provisioning_refused import ProvisioningRefused
from .provisioning_reported import ProvisioningReported
from .provisioning_requested import Authorisation, ProvisioningRequested
from .registration_rejected import FormFault, RegistrationRejected
from .registration_submitted import RegistrationSubmitted, RegistrationSubmittedV1

__all__ = [
    "Authorisation",
    "CustomerActionNeeded",
    "DeadLettered",
    "FirstExchange",
    "FormFault",
    "FormReceived",
    "LinkRealised",
    "PolicyAwaited",
    "PolicyEnriched",
    "ProvisioningRefused",
    "ProvisioningReported",
    "ProvisioningRequested",
    "RegistrationRejected",
    "RegistrationSubmitted",
    "RegistrationSubmittedV1",
]
