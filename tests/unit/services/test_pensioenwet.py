"""Which products let address and BSN be exchanged: those that a.s.r. has published, and no other."""

from datetime import date
from typing import Any

import pytest
from typed_forms import REGISTRATION

from services.enrichment import gate
from services.enrichment.documents import Enrichment
from services.enrichment.facts import PostgresPolicies
from stream.read_pool import ReadPool
from stream.service import Concern, Opened

NUMBERS = ("A0201234", "123456782L01")


class OnePolicy(ReadPool):
    """The answer to every question is a policy with these products."""

    def __init__(self, *products: str) -> None:
        super().__init__("nowhere")
        self._products = list(products)

    async def fetch(self, sql: str, *values: object) -> list[Any]:
        """One row."""
        del sql, values
        numbers = dict(zip(("raamwerkcontractnummer", "loonheffingennummer"), NUMBERS, strict=True))
        known = {"policy_numbers": ["P1"], "products": self._products, "starts_on": date(2026, 1, 1)}
        return [numbers | known | {"insured_groups": [], "salary_notion": "SV-loon", "mandate_present": True}]


async def pensioenwet(*products: str) -> tuple[bool, tuple[str, ...]]:
    asked = Concern(REGISTRATION, Opened(Enrichment.at(REGISTRATION), gate.of_numbers(*NUMBERS)))
    (found,) = (await PostgresPolicies(OnePolicy(*products))([asked])).values()
    assert found.policy is not None
    assert found.policy.products == products
    return found.policy.pensioenwet, found.policy.pensioenwet_products


@pytest.mark.parametrize("product", ["WGA Gat Basis", "WIA Excedent", "WIA Vaste aanvulling"])
async def test_each_product_of_the_pensioenwet_lets_address_and_bsn_be_exchanged(product: str) -> None:
    assert await pensioenwet("Verzuim", product) == (True, (product,))


@pytest.mark.parametrize("products", [("Verzuim",), ("Verzuim", "Zorg"), ("wia excedent",), ()])
async def test_without_one_they_may_not(products: tuple[str, ...]) -> None:
    assert await pensioenwet(*products) == (False, ())
