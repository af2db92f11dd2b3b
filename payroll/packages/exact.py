"""Exact HR Salaris & Gemak (manual 003): a processor's user group, with its own Web API user.

The manual asks for neither raamwerkcontractnummer nor loonheffingennummer; the form does, and a registration without
them is held for policy matching. A processor registers itself on a form that no manual has, without credentials: they
come with each employer.
"""

import re

from payroll.customer_help import CustomerHelp
from payroll.employer_code import EmployerCode, Mistake
from payroll.identifier import CLIENT_ID
from payroll.package import Package
from schemas.events.provisioning_requested import Authorisation

_WEB_API_USER = "In Exact staat die op het tabblad Web API gebruiker, onder Onderhoud, Systeembeheer, Toegangsbeheer."

PACKAGE = Package(
    slug="exact",
    title="Exact HR Salaris & Gemak",
    kinds=frozenset({"processor_registration", "employer_registration"}),
    employer_code=EmployerCode(
        pattern=re.compile(r"[0-9]{1,10}"),
        where="De werkgeverscode is een nummer van hooguit 10 cijfers, zonder de bedrijfsnaam. In Exact staat het voor "
        "de naam, op het tabblad Autorisatie werkgevers.",
        example="123456789",
        mistakes=(Mistake(re.compile("[A-Za-z]"), "Er staan letters in de code."),),
    ),
    identifiers=(CLIENT_ID,),
    secrets=("client_secret",),
    where=dict.fromkeys(("client_id", "client_secret"), _WEB_API_USER),
    policy_keys_required=False,
    authorisations=(
        Authorisation(
            right="Werkgever in de gebruikersgroep van de koppeling",
            reason="De koppeling leest alleen werkgevers uit deze groep.",
        ),
        Authorisation(right="Web API gebruiker", reason="Hiermee haalt Keylane de gegevens op."),
    ),
    prerequisites=(
        (
            "Log in Exact in met systeemrechten, meestal als gebruiker .01, en zet de werkgever in de gebruikersgroep "
            "voor de koppeling, op het tabblad Autorisatie werkgevers."
        ),
    ),
    renewal="Veranderen de client ID of de client secret later? Geef de nieuwe dan door met een correctie.",
    keylane_contacts_customer=False,
    help={
        "CREDENTIALS_INVALID": CustomerHelp(
            "Exact herkent de client ID of de client secret niet.",
            (
                "Log in Exact in met beheerrechten, meestal als gebruiker .01.",
                "Open Onderhoud, Systeembeheer, Toegangsbeheer en dan het tabblad Web API gebruiker.",
                "Kopieer de client ID en de client secret opnieuw.",
                "Geef beide aan ons door met een correctie.",
            ),
        ),
        "EMPLOYER_NOT_VISIBLE": CustomerHelp(
            "De werkgever staat in Exact niet in de gebruikersgroep voor de koppeling.",
            (
                "Log in Exact in met systeemrechten, meestal als gebruiker .01.",
                "Open Onderhoud, Systeembeheer, Toegangsbeheer en dan het tabblad Autorisatie werkgevers.",
                "Kies de gebruikersgroep voor de koppeling, voeg de werkgever toe en sla op.",
                "Vergelijk de werkgeverscode met het nummer voor de bedrijfsnaam.",
                "Laat ons weten dat het klaar is, of geef de juiste code door met een correctie.",
            ),
        ),
        "USER_BLOCKED": CustomerHelp(
            "De Web API gebruiker is in Exact geblokkeerd.",
            (
                "Log in Exact in met beheerrechten, meestal als gebruiker .01, en maak de gebruiker weer actief.",
                "Laat ons weten dat het klaar is met een correctie.",
            ),
        ),
    },
)
