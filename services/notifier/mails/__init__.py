"""The mails in Dutch: one file per kind, its values and its words, shown as text and as HTML of equal content."""

from .customer_action_needed import Ask, CustomerActionNeededMail
from .field_names import field_name
from .kinds import MailUnreadableError, read
from .link_realised import LinkRealisedMail
from .mail import Mail
from .message import AddressUnusableError, Postmark, message, one_address
from .provisioning_refused import ProvisioningRefusedMail
from .registration_rejected import RegistrationRejectedMail

__all__ = [
    "AddressUnusableError",
    "Ask",
    "CustomerActionNeededMail",
    "LinkRealisedMail",
    "Mail",
    "MailUnreadableError",
    "Postmark",
    "ProvisioningRefusedMail",
    "RegistrationRejectedMail",
    "field_name",
    "message",
    "one_address",
    "read",
]
