"""The kinds of mail by name: what a row of the ledger is read as."""

from .customer_action_needed import CustomerActionNeededMail
from .link_realised import LinkRealisedMail
from .mail import Mail
from .provisioning_refused import ProvisioningRefusedMail
from .registration_rejected import RegistrationRejectedMail

_KINDS: dict[str, type[Mail]] = {
    mail.kind: mail
    for mail in (LinkRealisedMail, CustomerActionNeededMail, ProvisioningRefusedMail, RegistrationRejectedMail)
}


class MailUnreadableError(ValueError):
    """A row of the ledger that this release cannot write a mail from."""


def read(kind: str, payload: str) -> Mail:
    """The mail whose values this JSON text holds.

    Raises:
        MailUnreadableError: the kind is unknown or the values are not its own; the text does not repeat them.
    """
    known = _KINDS.get(kind)
    if known is None:
        raise MailUnreadableError("unknown kind of mail")
    try:
        return known.model_validate_json(payload)
    except ValueError:
        raise MailUnreadableError("not the values of this kind of mail") from None
