"""Loket.nl, the REST generation (manuals 001 and 002): a user made for the link, and no secrets from the customer.

No manual has a form on which its processors register themselves, yet manual 002 requires that they are confirmed. They
bring no credentials: Keylane arranges those of the link's user with them.
"""

import re

from payroll.customer_help import CustomerHelp
from payroll.employer_code import EmployerCode, Mistake
from payroll.package import Package
from schemas.events.provisioning_requested import Authorisation

EMPLOYER_ID = EmployerCode(
    pattern=re.compile(r"[1-9][0-9]{0,9}"),
    where="Het werkgever-ID is een getal, bijvoorbeeld 8106625. In Loket.nl staat het onder Werkgever, op het "
    "tabblad Bedrijfsgegevens. Zie je het niet? Ga dan met de blauwe link rechtsboven naar het nieuwe Loket.nl.",
    example="8106625",
    mistakes=(
        Mistake(re.compile("^A020", re.IGNORECASE), "Dit is een raamwerkcontractnummer."),
        Mistake(re.compile("^0"), "Het getal begint niet met een nul."),
        Mistake(re.compile("[A-Za-z]"), "Er staan letters in."),
    ),
)
"""The werkgever-ID, the same in both generations of Loket.nl."""

_HELP_DESK = "api@loket.nl"
_RIGHTS = (
    Authorisation(right="Raadplegen beloningen", reason="De premie hangt af van het loon."),
    Authorisation(right="Raadplegen dienstverbanden", reason="In en uit dienst bepaalt wie verzekerd is."),
    Authorisation(right="Raadplegen HRM", reason="Verzuim en persoonsgegevens horen bij de verzekering."),
    Authorisation(right="Raadplegen loonoutput beperkt", reason="De uitkomst van de verloning wordt uitgewisseld."),
    Authorisation(right="Raadplegen variabele gegevens", reason="Ook wisselend loon telt mee."),
)
_BSN = Authorisation(
    right="Beheren en raadplegen BSN",
    reason="Een product van deze werkgever valt onder de Pensioenwet. Alleen dan mogen BSN en adres mee.",
)

PACKAGE = Package(
    slug="loket",
    title="Loket.nl",
    kinds=frozenset({"processor_registration", "self_managed", "employer_registration"}),
    employer_code=EMPLOYER_ID,
    authorisations=_RIGHTS,
    pensioenwet_authorisations=(_BSN,),
    prerequisites=(
        "Maak in Loket.nl een nieuwe, gewone gebruiker voor alleen de koppeling. Een webservicegebruiker werkt niet.",
        "Zorg dat deze gebruiker actief is.",
        "Geef deze gebruiker toegang tot elke werkgever die je wilt koppelen, met een team of rechtstreeks.",
        (
            f"Geef deze gebruiker deze rechten: {', '.join(one.right for one in _RIGHTS)}. Mist er een? Vraag dat dan "
            f"aan bij de helpdesk van Loket.nl: {_HELP_DESK}."
        ),
        (
            f"Geef het recht {_BSN.right} alleen als Keylane erom vraagt. Dat gebeurt als een product van de werkgever "
            "onder de Pensioenwet valt. Alleen dan mogen BSN en adres mee."
        ),
    ),
    renewal="Verandert er later iets aan de gebruiker voor de koppeling in Loket.nl? Regel dat dan met Keylane. Een "
    "correctie is daarvoor niet nodig.",
    keylane_contacts_customer=True,
    help={
        "CREDENTIALS_INVALID": CustomerHelp(
            "Keylane kan niet inloggen met de gebruiker voor de koppeling.",
            (
                "Controleer of het een gewone gebruiker van Loket.nl is en geen webservicegebruiker.",
                "Stel de inloggegevens opnieuw in, samen met Keylane.",
                "Laat ons weten dat het klaar is met een correctie.",
            ),
        ),
        "EMPLOYER_NOT_VISIBLE": CustomerHelp(
            "De gebruiker voor de koppeling ziet deze werkgever niet in Loket.nl.",
            (
                "Vergelijk het werkgever-ID met het tabblad Bedrijfsgegevens in Loket.nl.",
                "Zet de gebruiker in een team met deze werkgever, of voeg hem bij de werkgever zelf toe.",
                "Laat ons weten dat het klaar is met een correctie.",
            ),
        ),
        "RIGHT_MISSING": CustomerHelp(
            "De gebruiker voor de koppeling mist een recht in Loket.nl.",
            (
                "Geef de gebruiker wat hij volgens dit bericht nodig heeft.",
                f"Kun je dat zelf niet? Vraag het aan de helpdesk van Loket.nl: {_HELP_DESK}.",
                "Laat ons weten dat het klaar is met een correctie.",
            ),
        ),
        "USER_BLOCKED": CustomerHelp(
            "De gebruiker voor de koppeling is in Loket.nl geblokkeerd.",
            (
                "Hef de blokkade op bij de gebruikers in Loket.nl.",
                "Laat ons weten dat het klaar is met een correctie.",
            ),
        ),
    },
)
