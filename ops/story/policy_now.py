"""A registration's policy as it is now: what Keylane was asked may no longer fit it."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from ops.servers.administrator import Database
from payroll.packages import packages
from services.enrichment.facts import PENSIOENWET_PRODUCTS
from services.provisioning.documents import Provisioning


class PolicyNow(NamedTuple):
    """Whether a product falls under the Pensioenwet, and whether the processor has the employer's mandate."""

    pensioenwet: bool
    mandate_present: bool


async def policies_now(database: Database, ids: Sequence[str]) -> dict[str, PolicyNow]:
    """The policies of these registrations, found by the numbers in the request to Keylane; others are left out."""
    rows = await database.fetch(_POLICIES, Provisioning.kind, ids, sorted(PENSIOENWET_PRODUCTS))
    return {row["key"]: PolicyNow(row["pensioenwet"], row["mandate_present"]) for row in rows}


def rights(package: str, *, pensioenwet: bool) -> frozenset[str]:
    """The names of the rights that Keylane has to see granted, by this release."""
    return frozenset(one.right for one in packages()[package].authorisations_for(pensioenwet=pensioenwet))


def rights_of_all() -> str:
    """The rights of every package, as JSON rows of package, pensioenwet and rights."""
    return json.dumps(
        [
            {"package": slug, "pensioenwet": pensioenwet, "rights": sorted(rights(slug, pensioenwet=pensioenwet))}
            for slug in packages()
            for pensioenwet in (True, False)
        ]
    )


OF_REGISTRATION = """
enrichment.policy policy on policy.raamwerkcontractnummer = p.document ->> 'raamwerkcontractnummer'
  and policy.loonheffingennummer = p.document ->> 'loonheffingennummer'
"""
"""How a policy is joined to `p`, provisioning's document: by numbers, which are erased when the registration ends."""

_POLICIES = f"""
select p.key, policy.products && $3::text[] as pensioenwet, policy.mandate_present
from provisioning.state p join {OF_REGISTRATION}
where p.kind = $1 and p.key = any($2::text[])
"""  # noqa: S608  of constants
