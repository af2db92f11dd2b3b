"""The policies that a batch may need, each kind of question in one statement."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from schemas.events import RegistrationSubmitted
from schemas.values import Policy
from services.enrichment import gate
from services.enrichment.gate import Facts, Found
from stream.read_pool import ReadPool
from stream.service import Concern, Opened

PENSIOENWET_PRODUCTS = frozenset({"WGA Gat Basis", "WIA Excedent", "WIA Vaste aanvulling"})
"""Products under the Pensioenwet (published by a.s.r.): only for these may address and BSN be exchanged."""


class PostgresPolicies:
    """The policies and matches of the enrichment schema."""

    def __init__(self, pool: ReadPool) -> None:
        self._pool = pool

    async def __call__(self, concerns: Sequence[Concern]) -> Facts:
        """The policies and matches behind these records' gates. Raises StoreUnavailable."""
        asked = {name for concern in concerns for name in _gates(concern)}
        numbers = {name: pair for name in sorted(asked) if (pair := gate.numbers(name))}
        return {
            **await self._by_numbers(numbers.values()),
            **await self._by_match({gate.matched_registration(name) for name in asked - numbers.keys()}),
        }

    async def _by_numbers(self, numbers: Iterable[tuple[str, str]]) -> Facts:
        contracts, lhnrs = [list(column) for column in zip(*numbers, strict=True)] or ([], [])
        rows = await self._pool.fetch(_BY_NUMBERS, contracts, lhnrs) if contracts else []
        found = [_found(row) for row in rows]
        return {gate.of_numbers(one.raamwerkcontractnummer, one.loonheffingennummer): one for one in found}

    async def _by_match(self, registrations: Iterable[str]) -> Facts:
        matched = sorted(registrations)
        rows = await self._pool.fetch(_BY_MATCH, matched) if matched else []
        return {gate.of_match(row["registration"]): replace(_found(row), instead_of=row["instead_of"]) for row in rows}


def _gates(concern: Concern) -> tuple[str, ...]:
    match concern.cause:
        case RegistrationSubmitted(registration=registration, cycle=cycle):
            numbers = gate.of_registration(registration)
            # Before a first form that has both numbers is known to wait, nobody looks for others.
            return (numbers,) if numbers and cycle == 1 else gate.asked(registration, concern.subject)
        case Opened(gate=opened):
            return (opened,)
        case _:
            return ()


def _found(row: Any) -> Found:
    policy = None if row["policy_numbers"] is None else _policy(row)
    return Found(row["raamwerkcontractnummer"], row["loonheffingennummer"], policy)


def _policy(row: Any) -> Policy:
    products = tuple(row["products"])
    pensioenwet_products = tuple(product for product in products if product in PENSIOENWET_PRODUCTS)
    return Policy(
        policy_numbers=tuple(row["policy_numbers"]),
        products=products,
        pensioenwet=bool(pensioenwet_products),
        pensioenwet_products=pensioenwet_products,
        starts_on=row["starts_on"],
        insured_groups=tuple(row["insured_groups"]),
        salary_notion=row["salary_notion"],
        mandate_present=row["mandate_present"],
    )


_BY_NUMBERS = """
select policy.* from policy
join unnest($1::text[], $2::text[]) as asked (raamwerkcontractnummer, loonheffingennummer)
  using (raamwerkcontractnummer, loonheffingennummer)
"""
_BY_MATCH = """
select registration, policy_match.raamwerkcontractnummer, policy_match.loonheffingennummer, instead_of,
  policy_numbers, products, starts_on, insured_groups, salary_notion, mandate_present
from policy_match left join policy using (raamwerkcontractnummer, loonheffingennummer)
where registration = any($1::text[])
"""
