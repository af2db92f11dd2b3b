"""The policy data of the enrichment schema in memory, read by the shape of the product's own queries."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from services.enrichment import gate
from services.enrichment.facts import PostgresPolicies
from stream.memory.disturbance import Disturbance, Moment
from stream.memory.store import MemoryDatabase
from stream.read_pool import ReadPool

Row = Mapping[str, Any]

_BY_NUMBERS = 2
"""The question by numbers has two columns of them; that by match has one of registrations."""


class PolicyCopy(NamedTuple):
    """Both tables at a moment."""

    policies: Mapping[tuple[str, str], Row]
    matches: Mapping[str, tuple[str, str]]


class PolicyTables:
    """The tables `policy` and `policy_match`."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database
        self._policies: dict[tuple[str, str], Row] = {}
        self._matches: dict[str, tuple[str, str]] = {}

    def facts(self, disturb: Disturbance) -> PostgresPolicies:
        """What one worker reads of it."""
        return PostgresPolicies(_Pool(self, disturb))

    def load(self, contract: str, lhnr: str, *, mandate: bool = True) -> None:
        """A policy arrives, with the employer's mandate or without; whoever waits for it may go on."""
        self._policies[contract, lhnr] = {
            "raamwerkcontractnummer": contract,
            "loonheffingennummer": lhnr,
            "policy_numbers": ("P-1",),
            "products": ("WIA Excedent",),
            "starts_on": date(2026, 1, 1),
            "insured_groups": ("all",),
            "salary_notion": "SV",
            "mandate_present": mandate,
        }
        self._database.tables.open(gate.of_numbers(contract, lhnr))

    def match(self, registration: str, contract: str, lhnr: str) -> None:
        """Somebody found the numbers of a registration whose form did not have them."""
        self._matches[registration] = (contract, lhnr)
        self._database.tables.open(gate.of_match(registration))

    def copy(self) -> PolicyCopy:
        """What is known now, whatever is loaded later."""
        return PolicyCopy(dict(self._policies), dict(self._matches))

    def restore(self, copy: PolicyCopy) -> None:
        """Go back to this copy, together with the other tables."""
        self._policies, self._matches = dict(copy.policies), dict(copy.matches)

    def by_numbers(self, contracts: list[str], lhnrs: list[str]) -> list[Row]:
        """The policies that exist."""
        asked = zip(contracts, lhnrs, strict=True)
        return [self._policies[numbers] for numbers in asked if numbers in self._policies]

    def by_match(self, registrations: list[str]) -> list[Row]:
        """The matches that exist, with their policies."""
        return [self._matched(one) for one in registrations if one in self._matches]

    def _matched(self, registration: str) -> Row:
        contract, lhnr = self._matches[registration]
        unknown = {"policy_numbers": None, "raamwerkcontractnummer": contract, "loonheffingennummer": lhnr}
        return {**self._policies.get((contract, lhnr), unknown), "registration": registration, "instead_of": None}


class _Pool(ReadPool):
    def __init__(self, tables: PolicyTables, disturb: Disturbance) -> None:
        super().__init__("in memory")
        self._tables = tables
        self._disturb = disturb

    async def fetch(self, query: str, *values: Any) -> list[Any]:
        del query
        await self._disturb("facts", Moment.BEFORE)
        rows = self._tables.by_numbers(*values) if len(values) == _BY_NUMBERS else self._tables.by_match(*values)
        await self._disturb("facts", Moment.AFTER)
        return list(rows)
