"""The request to Keylane for one connection, and whether it differs from the one before. Pure."""

import json
from hashlib import sha256

from payroll.packages import packages
from schemas.events import PolicyEnriched, ProvisioningRequested
from schemas.values import Connection, Contact


def requested(enriched: PolicyEnriched, connection: Connection, contact: Contact) -> ProvisioningRequested:
    """Everything Keylane needs for this connection; no more rights than the customer's products allow."""
    registration = enriched.registration
    package = packages()[registration.package]
    return ProvisioningRequested(
        contact=contact,
        cycle=enriched.cycle,
        raamwerkcontractnummer=registration.raamwerkcontractnummer,
        loonheffingennummer=registration.loonheffingennummer,
        identifiers=registration.identifiers,
        secrets=connection.secrets,
        frequency=registration.frequency,
        thirteenth_month=registration.thirteenth_month,
        dgas=registration.dgas,
        authorisations=package.authorisations_for(pensioenwet=enriched.policy.pensioenwet),
        keylane_contacts_customer=package.keylane_contacts_customer,
        policy=enriched.policy,
    )


def fingerprint(request: ProvisioningRequested) -> str:
    """The same for two requests that ask the same of Keylane.

    It covers what the customer typed for the link: numbers, employer code, identifiers, sealed secrets, frequency, 13th
    month and DGAs. Another name is no reason to configure a connection once more. Nor is another address (see
    `addressee`); newer policy data are a reason only if other rights follow from them.
    """
    typed = (
        request.contact.employer_code,
        request.raamwerkcontractnummer,
        request.loonheffingennummer,
        request.frequency,
        request.thirteenth_month,
        [(dga.name, dga.personnel_number) for dga in request.dgas],
        [(identifier.name, identifier.value) for identifier in request.identifiers],
        [(secret.purpose, secret.token) for secret in request.secrets],
    )
    return _digest(typed)


def addressee(request: ProvisioningRequested) -> str | None:
    """The same for the same address; None if Keylane writes to nobody, so that the address does not matter to it."""
    return _digest(request.contact.email) if request.keylane_contacts_customer else None


def _digest(said: object) -> str:
    return sha256(json.dumps(said).encode()).hexdigest()
