"""Raet Visma YouServe (manual 000): an agreement with Raet first, then one client for one or more entities."""

import re

from payroll.customer_help import CustomerHelp
from payroll.employer_code import EmployerCode
from payroll.identifier import CLIENT_ID
from payroll.package import Package
from schemas.events.provisioning_requested import Authorisation

PACKAGE = Package(
    slug="raet",
    title="Raet Visma YouServe",
    kinds=frozenset({"self_managed"}),
    employer_code=EmployerCode(
        pattern=re.compile(r"[A-Za-z0-9_-]{1,20}"),
        where="De werkgeverscode is het bedrijfsnummer dat je van Raet kreeg: hooguit 20 letters en cijfers, zonder "
        "spaties. Vul elke code apart in.",
        example="01234567",
        usual=re.compile(r"[0-9]{8}"),
    ),
    connections_max=50,
    identifiers=(CLIENT_ID,),
    secrets=("client_secret",),
    where=dict.fromkeys(("client_id", "client_secret"), "Je krijgt die van je contactpersoon bij Raet."),
    authorisations=(
        Authorisation(right="API-module voor Keylane", reason="Zonder deze module geeft Raet geen gegevens door."),
        Authorisation(right="Toegang tot de werkgeverscode", reason="De koppeling leest alleen deze werkgever."),
    ),
    prerequisites=(
        "Vraag je contactpersoon bij Raet om de API-module voor de koppeling met Keylane.",
        "Teken de overeenkomst met Raet. Raet brengt hiervoor kosten in rekening, a.s.r. niet.",
    ),
    renewal="Geeft Raet je later een andere client ID of client secret? Geef die dan door met een correctie.",
    keylane_contacts_customer=False,
    help={
        "CREDENTIALS_INVALID": CustomerHelp(
            "Raet herkent de client ID of de client secret niet.",
            (
                "Vergelijk de client ID met wat je van Raet kreeg.",
                "Is de client secret verlopen? Vraag je contactpersoon bij Raet om een nieuwe.",
                "Geef beide opnieuw aan ons door met een correctie.",
            ),
        ),
        "EMPLOYER_NOT_VISIBLE": CustomerHelp(
            "Met deze client ID is de werkgeverscode bij Raet niet te zien.",
            (
                "Vergelijk de werkgeverscode met de bedrijfsnummers die je van Raet kreeg.",
                "Klopt de code? Vraag Raet om deze aan de koppeling toe te voegen.",
                "Laat ons weten dat het klaar is, of geef de juiste code door met een correctie.",
            ),
        ),
        "PACKAGE_AGREEMENT_MISSING": CustomerHelp(
            "Raet heeft de API-module voor jou nog niet aangezet.",
            (
                "Vraag je relatiebeheerder bij Raet hoe het met de overeenkomst staat.",
                "Teken de overeenkomst als dat nog niet is gebeurd.",
                "Laat ons weten dat het geregeld is met een correctie.",
            ),
        ),
    },
)
