"""The mails in Dutch: one file per kind, its values and its words, shown as text and as HTML of equal content."""

from services.notifier.mails.address_left import AddressLeftMail
from services.notifier.mails.connections_withdrawn import ConnectionsWithdrawnMail
from services.notifier.mails.correction_refused import CorrectionRefusedMail
from services.notifier.mails.customer_action_needed import Ask, CustomerActionNeededMail
from services.notifier.mails.field_names import field_name
from services.notifier.mails.kinds import KINDS, MailUnreadableError, read
from services.notifier.mails.link_realised import LinkRealisedMail
from services.notifier.mails.link_request_left import LinkRequestLeftMail
from services.notifier.mails.link_request_received import LinkRequestReceivedMail
from services.notifier.mails.link_requested import LinkRequestedMail
from services.notifier.mails.link_works import LinkWorksMail
from services.notifier.mails.mail import CodeFor, Mail
from services.notifier.mails.message import AddressUnusableError, Postmark, message, one_address
from services.notifier.mails.policy_awaited import PolicyAwaitedMail
from services.notifier.mails.processor_applied import ProcessorAppliedMail
from services.notifier.mails.processor_confirmed import ProcessorConfirmedMail
from services.notifier.mails.processor_declined import ProcessorDeclinedMail
from services.notifier.mails.provisioning_refused import ProvisioningRefusedMail
from services.notifier.mails.registration_ended import RegistrationEndedMail
from services.notifier.mails.registration_held import RegistrationHeldMail
from services.notifier.mails.registration_received import RegistrationReceivedMail
from services.notifier.mails.registration_rejected import RegistrationRejectedMail

__all__ = [
    "KINDS",
    "AddressLeftMail",
    "AddressUnusableError",
    "Ask",
    "CodeFor",
    "ConnectionsWithdrawnMail",
    "CorrectionRefusedMail",
    "CustomerActionNeededMail",
    "LinkRealisedMail",
    "LinkRequestLeftMail",
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
