"""A fourth payroll package that nobody sells: this file is all that it takes to offer it."""

import re

from payroll import fields
from payroll.customer_help import CustomerHelp
from payroll.employer_code import EmployerCode
from payroll.identifier import IdentifierRule
from payroll.package import Package
from schemas.events.provisioning_requested import Authorisation

PACKAGE = Package(
    slug="verzonnen",
    title="Verzonnen Salaris",
    kinds=frozenset({"self_managed"}),
    employer_code=EmployerCode(
        pattern=re.compile(r"V[0-9]{3}"),
        where="De werkgeverscode is een V met drie cijfers, bovenaan het scherm.",
        example="V123",
    ),
    connections_max=2,
    identifiers=(IdentifierRule("tenant", fields.name, "verzinner-1"),),
    secrets=("api_token",),
    authorisations=(Authorisation(right="Lezen", reason="Zonder lezen geen gegevens."),),
    pensioenwet_authorisations=(Authorisation(right="BSN lezen", reason="Alleen onder de Pensioenwet."),),
    prerequisites=("Vraag Verzonnen om een token.",),
    renewal="Maak je later een nieuw token? Geef het dan door met een correctie.",
    keylane_contacts_customer=False,
    help={"CREDENTIALS_INVALID": CustomerHelp("Verzonnen kent dit token niet.", ("Maak een nieuw token.",))},
)
