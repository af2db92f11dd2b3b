"""Fields by the names that people know."""

FIELD_TITLES = {
    "kind": "Soort aanmelding",
    "package": "Salarispakket",
    "company_name": "Bedrijfsnaam",
    "email": "E-mailadres",
    "processor_name": "Naam salarisverwerker",
    "processor_email": "E-mailadres salarisverwerker",
    "raamwerkcontractnummer": "Raamwerkcontractnummer",
    "loonheffingennummer": "Loonheffingennummer",
    "frequency": "Verloning per maand of per vier weken",
    "thirteenth_month": "13e maand",
    "dgas": "DGA",
    "connections": "Werkgeverscodes",
    "employer_code": "Werkgeverscode",
    "client_id": "Client ID",
    "client_secret": "Client secret",
    "username": "Gebruikersnaam",
    "password": "Wachtwoord",
    "environment_code": "Omgevingscode",
    "supersedes": "Eerdere aanmelding",
    "reference": "Referentie",
    "code": "Code",
}


def field_title(name: str) -> str:
    """What people call the field of this name; a name of ours or of a package's, never a stranger's."""
    return FIELD_TITLES.get(name) or name.replace("_", " ").capitalize()
