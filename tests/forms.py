"""Valid forms by number, and the policies that match them. Everything about them is made up."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.enrichment.policies import PolicyRow

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2)


def loonheffingennummer(number: int) -> str:
    """A valid one for this number: the first among thirteen that no other number shares."""
    digits = 60_000_000 + number * 13
    while (check := sum(int(d) * w for d, w in zip(str(digits), _WEIGHTS, strict=True)) % 11) > 9:
        digits += 1
    return f"{digits}{check}L01"


def loket_form(number: int, **changes: Any) -> dict[str, Any]:
    """A self-managed registration with Loket: an employer of its own."""
    return {
        "kind": "self_managed",
        "package": "loket",
        "company_name": f"Bakkerij Verzonnen {number}",
        "email": f"administratie{number}@bakkerij.example",
        "raamwerkcontractnummer": f"A020{number:06d}",
        "loonheffingennummer": loonheffingennummer(number),
        "frequency": "month",
        "thirteenth_month": False,
        "dgas": [],
        "connections": [{"employer_code": str(1_000_000 + number)}],
        **changes,
    }


def policies_for(forms: Sequence[dict[str, Any]]) -> list[PolicyRow]:
    """A policy for each form that names both numbers."""
    return [
        PolicyRow(
            raamwerkcontractnummer=form["raamwerkcontractnummer"],
            loonheffingennummer=form["loonheffingennummer"],
            policy_numbers=("P-1",),
            products=("WIA Excedent",),
            starts_on=date(2026, 1, 1),
            insured_groups=("iedereen",),
            salary_notion="vast loon",
            mandate_present=True,
        )
        for form in forms
    ]
