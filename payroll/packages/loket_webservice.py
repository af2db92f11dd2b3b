"""Loket.nl, the older web-service generation (manual 004): a processor's own web-service user, for all its employers.

The processor gives its credentials once, when it registers itself; its employers need no more than their ID.
"""

from payroll.customer_help import CustomerHelp
from payroll.identifier import ENVIRONMENT_CODE, USERNAME
from payroll.package import Package
from payroll.packages.loket import EMPLOYER_ID
from schemas.events.provisioning_requested import Authorisation

_ASK_LOKET = "Weet je de omgevingscode niet? Vraag haar met een ticket aan Loket.nl, met de naam van je kantoor."

PACKAGE = Package(
    slug="loket_webservice",
    title="Loket.nl webservice",
    kinds=frozenset({"processor_registration", "employer_registration"}),
    employer_code=EMPLOYER_ID,
    processor_identifiers=(USERNAME, ENVIRONMENT_CODE),
    processor_secrets=("password",),
    where={"environment_code": _ASK_LOKET},
    authorisations=(
        Authorisation(
            right="Webservicepartij Benefits-Plaza",
            reason="Loket.nl geeft alleen gegevens aan een webservicepartij die het kent.",
        ),
        Authorisation(
            right="Webservicegebruiker gekoppeld aan de werkgever",
            reason="De webservice toont alleen werkgevers waaraan deze gebruiker is gekoppeld.",
        ),
    ),
    prerequisites=("Zet de werkgever in het team van de webservicegebruiker.",),
    processor_prerequisites=(
        "Vraag Loket.nl om je als webservicepartij toe te voegen. Noem daarbij Benefits-Plaza.",
        "Kies bij de webservicegebruiker Benefits-Plaza als webservicepartij.",
        "Maak een team voor de webservicepartij. Zet de webservicegebruiker en de werkgevers in dit team.",
    ),
    renewal="Verandert het wachtwoord van de webservicegebruiker later? Geef het nieuwe dan door met een correctie van "
    "je aanmelding als salarisverwerker. Geef daarna ook voor deze werkgever een correctie door. Pas dan krijgt "
    "Keylane het nieuwe wachtwoord.",
    keylane_contacts_customer=True,
    help={
        "CREDENTIALS_INVALID": CustomerHelp(
            "Keylane kan niet inloggen met de webservicegebruiker.",
            (
                "Controleer de gebruikersnaam, het wachtwoord en de omgevingscode.",
                _ASK_LOKET,
                "Is het wachtwoord veranderd? Geef het nieuwe door met een correctie van je aanmelding als verwerker.",
                "Laat ons daarna weten dat het klaar is met een correctie.",
            ),
        ),
        "EMPLOYER_NOT_VISIBLE": CustomerHelp(
            "De webservicegebruiker ziet deze werkgever niet in Loket.nl.",
            (
                "Vergelijk het werkgever-ID met het tabblad Bedrijfsgegevens in Loket.nl.",
                "Zet de werkgever in het team van de webservicegebruiker.",
                "Laat ons weten dat het klaar is met een correctie.",
            ),
        ),
        "RIGHT_MISSING": CustomerHelp(
            "De webservicepartij mag een onderdeel in Loket.nl nog niet zien.",
            (
                "Vraag de helpdesk van Loket.nl om dit voor Benefits-Plaza open te zetten: api@loket.nl.",
                "Laat ons weten dat het klaar is met een correctie.",
            ),
        ),
        "USER_BLOCKED": CustomerHelp(
            "De webservicegebruiker is in Loket.nl geblokkeerd.",
            (
                "Hef de blokkade op bij de gebruikers in Loket.nl.",
                "Laat ons weten dat het klaar is met een correctie.",
            ),
        ),
    },
)
