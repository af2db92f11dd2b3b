"""The mails in Dutch: one file per kind, its values and its words, shown as text and as HTML of equal content."""

from .connections_withdrawn import ConnectionsWithdrawnMail
from .correction_refused import CorrectionRefusedMail
from .customer_action_needed import Ask, CustomerActionNeededMail
from .field_names import field_name
from .kinds import KINDS, MailUnreadableError, read
from .link_realised import LinkRealisedMail
from .link_request_received import LinkRequestReceivedMail
from .link_requested import LinkRequestedMail
from .link_works import LinkWorksMail
from .mail import CodeFor, Mail
from .message import AddressUnusableError, Postmark, message, one_address
from .policy_awaited import PolicyAwaitedMail
from .processor_applied import ProcessorAppliedMail
from .processor_confirmed import ProcessorConfirmedMail
from .processor_declined import ProcessorDeclinedMail
from .provisioning_refused import ProvisioningRefusedMail
from .registration_ended import RegistrationEndedMail
from .registration_held import RegistrationHeldMail
from .registration_received import RegistrationReceivedMail
from .registration_rejected import RegistrationRejectedMail

__all__ = [
    "KINDS",
    "AddressUnusableError",
    "Ask",
    "CodeFor",
    "ConnectionsWithdrawnMail",
    "CorrectionRefusedMail",
    "CustomerActionNeededMail",
    "LinkRealisedMail",
    "LinkRequestReceivedMail",
    "LinkRequestedMail",
    "LinkWorksMail",
    "Mail",
    "MailUnreadableError",
    "PolicyAwaitedMail",
    "Postmark",
    "ProcessorAppliedMail",
    "ProcessorConfirmedMail",
    "ProcessorDeclinedMail",
    "ProvisioningRefusedMail",
    "RegistrationEndedMail",
    "RegistrationHeldMail",
    "RegistrationReceivedMail",
    "RegistrationRejectedMail",
    "field_name",
    "message",
    "one_address",
    "read",
]
