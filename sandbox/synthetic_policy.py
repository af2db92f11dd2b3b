"""Made-up policies, in the columns in which enrichment loads them."""

import csv
from collections.abc import Iterable
from random import Random
from typing import TextIO

COLUMNS = (
    "raamwerkcontractnummer",
    "loonheffingennummer",
    "policy_numbers",
    "products",
    "starts_on",
    "insured_groups",
    "salary_notion",
    "mandate_present",
)
_PRODUCTS = ("WGA Gat Basis", "WIA Excedent", "WIA Vaste aanvulling", "Verzuim", "Zorg", "Ongevallen")
_GROUPS = ("alle medewerkers", "binnendienst", "buitendienst", "chauffeurs")
_NOTIONS = ("SV-loon", "vast jaarsalaris", "bruto jaarsalaris")


def write_policies(file: TextIO, employers: Iterable[tuple[str, str]]) -> None:
    """A header and a policy for each (raamwerkcontractnummer, loonheffingennummer); the same for the same numbers."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(*numbers) for numbers in dict.fromkeys(employers))


def _row(contract: str, loonheffingennummer: str) -> tuple[str, ...]:
    random = Random(f"{contract}/{loonheffingennummer}")  # noqa: S311 -- made-up policies, no secret
    products = random.sample(_PRODUCTS, random.choice((1, 1, 2, 3)))
    return (
        contract,
        loonheffingennummer,
        ";".join(f"P{contract[4:]}-{number}" for number in range(1, len(products) + 1)),
        ";".join(products),
        f"{random.randrange(2020, 2027)}-{random.randrange(1, 13):02d}-01",
        ";".join(random.sample(_GROUPS, random.choice((1, 1, 2)))),
        random.choice(_NOTIONS),
        "yes",
    )
