"""One file per event, all its versions and upcasts. Here are the newest; only upcasts know older ones."""

from schemas.events.connections_withdrawn import ConnectionsWithdrawn, WithdrawnConnection
from schemas.events.correction_refused import CorrectionRefused
from schemas.events.customer_action_needed import CustomerActionNeeded
from schemas.events.cycle_requested import CycleRequested
from schemas.events.dead_lettered import DeadLettered
from schemas.events.form_received import FormReceived
from schemas.events.link_realised import FirstExchange, LinkRealised
from schemas.events.link_requested import LinkRequested
from schemas.events.notification_sent import NotificationSent
from schemas.events.operator_acted import OperatorActed
from schemas.events.policy_awaited import PolicyAwaited
from schemas.events.policy_enriched import PolicyEnriched
from schemas.events.processor_applied import ProcessorApplied
from schemas.events.processor_confirmed import ProcessorConfirmed
from schemas.events.processor_declined import ProcessorDeclined
from schemas.events.processor_reviewed import ProcessorReviewed
from schemas.events.provisioning_cancelled import ProvisioningCancelled
from schemas.events.provisioning_refused import ProvisioningRefused
from schemas.events.provisioning_reported import ProvisioningReported
from schemas.events.provisioning_requested import ProvisioningRequested
from schemas.events.registration_ended import RegistrationEnded
from schemas.events.registration_held import RegistrationHeld, Requirement
from schemas.events.registration_rejected import EarlierRegistration, FormFault, RegistrationRejected
from schemas.events.registration_stuck import RegistrationStuck
from schemas.events.registration_submitted import RegistrationSubmitted
