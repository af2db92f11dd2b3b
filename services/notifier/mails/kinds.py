"""The kinds of mail by name, and how a row of the ledger is read as one of them."""

from services.notifier.mails.address_left import AddressLeftMail
from services.notifier.mails.connections_withdrawn import ConnectionsWithdrawnMail
from services.notifier.mails.correction_refused import CorrectionRefusedMail
from services.notifier.mails.customer_action_needed import CustomerActionNeededMail
from services.notifier.mails.link_realised import LinkRealisedMail
from services.notifier.mails.link_request_left import LinkRequestLeftMail
from services.notifier.mails.link_request_received import LinkRequestReceivedMail
from services.notifier.mails.link_requested import LinkRequestedMail
from services.notifier.mails.link_works import LinkWorksMail
from services.notifier.mails.mail import Mail
from services.notifier.mails.policy_awaited import PolicyAwaitedMail
from services.notifier.mails.processor_applied import ProcessorAppliedMail
from services.notifier.mails.processor_confirmed import ProcessorConfirmedMail
from services.notifier.mails.processor_declined import ProcessorDeclinedMail
from services.notifier.mails.provisioning_refused import ProvisioningRefusedMail
from services.notifier.mails.registration_ended import RegistrationEndedMail
from services.notifier.mails.registration_held import RegistrationHeldMail
from services.notifier.mails.registration_received import RegistrationReceivedMail
from services.notifier.mails.registration_rejected import RegistrationRejectedMail

KINDS: dict[str, type[Mail]] = {
    mail.kind: mail
    for mail in (
        RegistrationReceivedMail,
        AddressLeftMail,
        RegistrationHeldMail,
        PolicyAwaitedMail,
        RegistrationRejectedMail,
        CorrectionRefusedMail,
        ConnectionsWithdrawnMail,
        RegistrationEndedMail,
        LinkRequestedMail,
        LinkRequestReceivedMail,
        LinkRequestLeftMail,
        ProcessorAppliedMail,
        ProcessorConfirmedMail,
        ProcessorDeclinedMail,
        CustomerActionNeededMail,
        LinkRealisedMail,
        LinkWorksMail,
        ProvisioningRefusedMail,
    )
}


class MailUnreadableError(ValueError):
    """A row of the ledger that this release cannot write a mail from."""


def read(kind: str, payload: str) -> Mail:
    """The mail whose values this JSON text holds.

    Raises:
        MailUnreadableError: the kind is unknown, or the values do not fit it; the message does not repeat them.
    """
    known = KINDS.get(kind)
    if known is None:
        raise MailUnreadableError("unknown kind of mail")
    try:
        return known.model_validate_json(payload)
    except ValueError:
        raise MailUnreadableError("not the values of this kind of mail") from None
