"""The event about a connection after a transition of its state machine. Pure.

For people it has the registration's cycle, to which the code from their mail belongs; for Keylane its request's.
"""

from payroll.finding import passed_on
from schemas.event import Event
from schemas.events import CustomerActionNeeded, LinkRealised, ProvisioningCancelled, ProvisioningRefused
from services.provisioning.documents import Link, Provisioning


def event_of(what: type[Event], provisioning: Provisioning, link: Link, *, worked_before: bool) -> Event:
    """The event of this type, about this connection of this registration, as both stand after it.

    `worked_before`: it had been realised before.
    """
    contact, cycle = provisioning.contact(link), provisioning.cycle
    if what is CustomerActionNeeded:
        return CustomerActionNeeded(
            contact=contact,
            cycle=cycle,
            number=link.actions,
            findings=passed_on(link.findings),
            is_reminder=link.reminders > 0,
        )
    if what is LinkRealised and link.realised_on is not None and link.first_exchange is not None:
        return LinkRealised(
            contact=contact,
            cycle=cycle,
            realised_on=link.realised_on,
            first_exchange=link.first_exchange,
            connections=provisioning.overview(),
            processor_name=provisioning.processor_name,
            employer_email=provisioning.employer_email,
            worked_before=worked_before,
        )
    if what is ProvisioningRefused:
        return ProvisioningRefused(
            contact=contact,
            cycle=cycle,
            raamwerkcontractnummer=provisioning.raamwerkcontractnummer,
            loonheffingennummer=provisioning.loonheffingennummer,
            findings=passed_on(link.findings),
            employer_email=provisioning.employer_email,
        )
    if what is ProvisioningCancelled:
        # While the registration goes on, only its owner can take a connection out: by a withdrawal.
        return ProvisioningCancelled(contact=contact, cycle=link.cycle, reason=provisioning.ended or "withdrawn")
    raise TypeError(what)
