"""What a customer can do about each reason for which Keylane cannot go on, whatever the payroll package."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.values import ReportCode


@dataclass(frozen=True, slots=True)
class CustomerHelp:
    """What is wrong, in a sentence, and the steps that solve it, in order. Plain Dutch."""

    what: str
    steps: tuple[str, ...]


GENERAL_HELP: Mapping[ReportCode, CustomerHelp] = {
    "CREDENTIALS_INVALID": CustomerHelp(
        "Keylane kan met de gegevens die je gaf niet inloggen.",
        (
            "Zoek de inloggegevens voor de koppeling op in je salarispakket, of maak nieuwe.",
            "Geef ze opnieuw aan ons door met een correctie.",
        ),
    ),
    "EMPLOYER_NOT_VISIBLE": CustomerHelp(
        "Keylane ziet de werkgever niet in het salarispakket.",
        (
            "Controleer de werkgeverscode.",
            "Geef de gebruiker van de koppeling toegang tot deze werkgever.",
            "Laat ons weten dat het klaar is, of geef de juiste code door met een correctie.",
        ),
    ),
    "RIGHT_MISSING": CustomerHelp(
        "De gebruiker van de koppeling mist een recht.",
        (
            "Geef de gebruiker wat hij volgens dit bericht nodig heeft.",
            "Laat ons weten dat het klaar is met een correctie.",
        ),
    ),
    "USER_BLOCKED": CustomerHelp(
        "De gebruiker van de koppeling is geblokkeerd.",
        (
            "Maak de gebruiker weer actief in je salarispakket.",
            "Laat ons weten dat het klaar is met een correctie.",
        ),
    ),
    "LHNR_MISMATCH": CustomerHelp(
        "Het loonheffingennummer in het salarispakket is anders dan het nummer dat wij hebben.",
        (
            "Vergelijk beide nummers met een brief van de Belastingdienst.",
            "Staat het bij ons fout? Geef ons het juiste nummer door met een correctie.",
            "Staat het in je salarispakket fout? Verbeter het daar. Laat ons weten dat het klaar is met een correctie.",
        ),
    ),
    "PERIOD_MISMATCH": CustomerHelp(
        "Je salarispakket verloont over een andere periode dan je ons opgaf.",
        (
            "Kijk in je salarispakket of je per maand of per vier weken verloont.",
            "Staat het bij ons fout? Geef ons de juiste periode door met een correctie.",
            "Staat het in je salarispakket fout? Verbeter het daar. Laat ons weten dat het klaar is met een correctie.",
        ),
    ),
    "DGA_MISMATCH": CustomerHelp(
        "De DGA's in het salarispakket zijn anders dan de DGA's die je opgaf.",
        (
            "Vergelijk de namen en personeelsnummers met je salarispakket.",
            "Staat het bij ons fout? Geef ons de juiste lijst door met een correctie.",
            "Staat het in je salarispakket fout? Verbeter het daar. Laat ons weten dat het klaar is met een correctie.",
        ),
    ),
    "PACKAGE_AGREEMENT_MISSING": CustomerHelp(
        "De leverancier van je salarispakket heeft de koppeling nog niet vrijgegeven.",
        (
            "Vraag de leverancier wat je voor de koppeling moet afspreken.",
            "Laat ons weten dat het geregeld is met een correctie.",
        ),
    ),
    "MANDATE_MISSING": CustomerHelp(
        "Er is nog geen machtiging van de werkgever om gegevens aan te leveren.",
        (
            "Ben je de werkgever? Geef de machtiging dan aan a.s.r.",
            "Ben je de salarisverwerker? Laat de werkgever haar dan geven.",
            "Weet je niet hoe dat gaat? Beantwoord dan onze mail.",
            "Laat ons weten dat het geregeld is met een correctie.",
        ),
    ),
    "POLICY_NOT_FOUND": CustomerHelp(
        "Bij dit contract en loonheffingennummer is geen polis gevonden.",
        (
            "Controleer het raamwerkcontractnummer en het loonheffingennummer.",
            "Klopt er iets niet? Geef het juiste nummer door met een correctie.",
            "Kloppen ze? Laat ons met een correctie weten dat de polis er is.",
        ),
    ),
}
