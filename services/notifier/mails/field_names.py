"""The names of a form's fields as people know them, for mails that ask to correct them."""

import re
from functools import cache

from payroll.field_title import FIELD_TITLES, field_title
from payroll.packages import packages

_PARTS = {("dgas", "name"): "Naam DGA", ("dgas", "personnel_number"): "Personeelsnummer DGA"}
_PATH = re.compile(r"(\w{1,40})(?:\.(\d{1,3}))?(?:\.(\w{1,40}))?")
_FORM = "Formulier"


def field_name(path: str) -> str:
    """The name of the field at this path (`connections.0.employer_code`), counted from 1; "Formulier" if it is unknown.

    An unknown path can have a name that a stranger typed, so it is never repeated.
    """
    found = _PATH.fullmatch(path)
    of, index, part = found.groups(default="") if found else ("", "", "")
    if (of, part) == ("connections", "connection"):
        # Without a place in the list, which would be taken for the number that was typed.
        return "Nummer van een koppeling"
    title = _PARTS.get((of, part)) or _title(part) or _title(of)
    if title is None:
        return _FORM
    return f"{title} {int(index) + 1}" if index else title


def _title(name: str) -> str | None:
    return field_title(name) if name in _fields() else None


@cache
def _fields() -> frozenset[str]:
    """Our own fields and those of the packages."""
    rules = [rule for one in packages().values() for rule in (*one.identifiers, *one.processor_identifiers)]
    secrets = [name for one in packages().values() for name in (*one.secrets, *one.processor_secrets)]
    return frozenset({*FIELD_TITLES, *(rule.name for rule in rules), *secrets})
