"""The kinds of mail by name: what a row of the ledger is read as."""

from .connections_withdrawn import ConnectionsWithdrawnMail
from .correction_refused import CorrectionRefusedMail
from .customer_action_needed import CustomerActionNeededMail
from .link_realised import LinkRealisedMail
from .link_request_received import LinkRequestReceivedMail
from .link_requested import LinkRequestedMail
from .link_works import LinkWorksMail
from .mail import Mail
from .policy_awaited import PolicyAwaitedMail
from .processor_applied import ProcessorAppliedMail
from .processor_confirmed import ProcessorConfirmedMail
from .processor_declined import ProcessorDeclinedMail
from .provisioning_refused import ProvisioningRefusedMail
from .registration_ended import RegistrationEndedMail
from .registration_held import RegistrationHeldMail
from .registration_received import RegistrationReceivedMail
from .registration_rejected import RegistrationRejectedMail

KINDS: dict[str, type[Mail]] = {
    mail.kind: mail
    for mail in (
        RegistrationReceivedMail,
        RegistrationHeldMail,
        PolicyAwaitedMail,
        RegistrationRejectedMail,
        CorrectionRefusedMail,
        ConnectionsWithdrawnMail,
        RegistrationEndedMail,
        LinkRequestedMail,
        LinkRequestReceivedMail,
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
        MailUnreadableError: the kind is unknown or the values are not its own; the text does not repeat them.
    """
    known = KINDS.get(kind)
    if known is None:
        raise MailUnreadableError("unknown kind of mail")
    try:
        return known.model_validate_json(payload)
    except ValueError:
        raise MailUnreadableError("not the values of this kind of mail") from None
