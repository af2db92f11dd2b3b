"""The policies that a batch may need, read in one statement."""

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.events import RegistrationSubmitted
from schemas.values import Policy
from services.enrichment.documents import policy_gate
from stream.read_pool import ReadPool
from stream.service import Cause, Opened

PENSIOENWET_PRODUCTS = frozenset({"WGA Gat Basis", "WIA Excedent", "WIA Vaste aanvulling"})
"""Products under the Pensioenwet: only for these may address and BSN be exchanged."""


class PostgresPolicies:
    """The policy table of the enrichment schema."""

    def __init__(self, pool: ReadPool) -> None:
        self._pool = pool

    async def __call__(self, causes: Sequence[Cause]) -> Mapping[str, Policy]:
        """The policies by the name of their gate; one statement for the whole batch. Raises StoreUnavailable."""
        gates = {gate for cause in causes for gate in _gates(cause)}
        if not gates:
            return {}
        numbers = [gate.split(":")[1:] for gate in sorted(gates)]
        rows = await self._pool.fetch(_FIND, [pair[0] for pair in numbers], [pair[1] for pair in numbers])
        return {policy_gate(row["raamwerkcontractnummer"], row["loonheffingennummer"]): _policy(row) for row in rows}


def _gates(cause: Cause) -> tuple[str, ...]:
    match cause:
        case RegistrationSubmitted(registration=registration):
            contract, number = registration.raamwerkcontractnummer, registration.loonheffingennummer
            return (policy_gate(contract, number),) if contract and number else ()
        case Opened(gate=gate):
            return (gate,)
        case _:
            return ()


def _policy(row: Any) -> Policy:
    products = tuple(row["products"])
    return Policy(
        policy_numbers=tuple(row["policy_numbers"]),
        products=products,
        pensioenwet=not PENSIOENWET_PRODUCTS.isdisjoint(products),
        starts_on=row["starts_on"],
        insured_groups=tuple(row["insured_groups"]),
        salary_notion=row["salary_notion"],
        mandate_present=row["mandate_present"],
    )


_FIND = """
select p.* from policy p
join unnest($1::text[], $2::text[]) as wanted (raamwerkcontractnummer, loonheffingennummer)
  using (raamwerkcontractnummer, loonheffingennummer)
"""
