"""The fields of a form by the names that people know, for the mail that asks to correct them."""

import re

_NAMES = {
    "kind": "Soort aanmelding",
    "package": "Salarispakket",
    "company_name": "Bedrijfsnaam",
    "email": "E-mailadres",
    "processor_name": "Naam salarisverwerker",
    "raamwerkcontractnummer": "Raamwerkcontractnummer",
    "loonheffingennummer": "Loonheffingennummer",
    "frequency": "Verloning per maand of per vier weken",
    "thirteenth_month": "13e maand",
    "dgas": "DGA",
    "client_id": "Client ID",
    "connections": "Werkgeverscodes",
}
_PARTS = {
    ("dgas", "name"): "Naam DGA",
    ("dgas", "personnel_number"): "Personeelsnummer DGA",
    ("connections", "employer_code"): "Werkgeverscode",
    ("connections", "client_secret"): "Client secret",
}
_PATH = re.compile(r"(\w+)\.(\d{1,3})(?:\.(\w+))?")
_FORM = "Formulier"


def field_name(path: str) -> str:
    """The name of the field at this path (`connections.0.employer_code`), counted from 1; "Formulier" if unknown.

    An unknown path can hold a name that a stranger typed: it is never repeated.
    """
    part = _PATH.fullmatch(path)
    if part is None:
        return _NAMES.get(path, _FORM)
    of, index, name = part.groups(default="")
    known = _PARTS.get((of, name)) or _NAMES.get(of)
    return f"{known} {int(index) + 1}" if known else _FORM
