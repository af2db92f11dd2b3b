import asyncio
from collections.abc import AsyncIterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from real import empty, migrated

from sandbox.running import RunningSandbox
from schemas.ids import RegistrationId
from services.enrichment import gate
from services.enrichment.documents import Enrichment
from services.enrichment.facts import PostgresPolicies
from services.enrichment.policies import MatchRow, PolicyRow, compare_file, load_file, load_matches, load_policies
from stream.document import DocumentKey
from stream.postgres import PostgresStore
from stream.read_pool import ReadPool
from stream.service import Concern, Opened

REGISTRATION = RegistrationId("6fd3c6f5-4c3f-8a8e-9d5e-0f3b1f6f2a10")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
ROW = PolicyRow("A0201234", "123456782L01", ("P1", "P2"), ("WIA Excedent",), date(2026, 1, 1), (), "SV-loon", True)
GATE = gate.of_numbers(ROW.raamwerkcontractnummer, ROW.loonheffingennummer)


@pytest.fixture(scope="module")
def url(sandbox: RunningSandbox) -> str:
    migrated(sandbox.endpoints().postgres.url)
    return sandbox.service_url("enrichment")


@pytest.fixture
async def connection(sandbox: RunningSandbox, url: str) -> AsyncIterator[Any]:
    empty(sandbox, "enrichment")
    opened = await asyncpg.connect(url)
    await opened.execute("with all_policies as (delete from policy) delete from policy_match")
    yield opened
    await opened.close()


@pytest.fixture
async def policies(url: str) -> AsyncIterator[PostgresPolicies]:
    pool = ReadPool(url)
    yield PostgresPolicies(pool)
    await pool.close()


def opened(name: str) -> Concern:
    return Concern(REGISTRATION, Opened(DocumentKey(Enrichment.kind, REGISTRATION), name))


async def test_a_loaded_policy_is_found_by_its_numbers_and_a_later_load_replaces_it(
    connection: Any, policies: PostgresPolicies
) -> None:
    await load_policies(connection, [ROW])
    await load_policies(connection, [replace(ROW, products=("Verzuim",))])
    found = (await policies([opened(GATE)]))[GATE]
    assert found.policy is not None
    assert (found.policy.policy_numbers, found.policy.products) == (("P1", "P2"), ("Verzuim",))
    assert (found.policy.pensioenwet, found.policy.starts_on) == (False, date(2026, 1, 1))


async def test_what_nobody_loaded_is_not_found(connection: Any, policies: PostgresPolicies) -> None:
    assert connection
    assert await policies([opened(GATE), opened(gate.of_match(REGISTRATION))]) == {}


async def test_a_match_is_found_with_its_policy_or_without(connection: Any, policies: PostgresPolicies) -> None:
    match = gate.of_match(REGISTRATION)
    row = MatchRow(REGISTRATION, ROW.raamwerkcontractnummer, ROW.loonheffingennummer, instead_of="A0209999:")
    await load_matches(connection, [row])
    assert (await policies([opened(match)]))[match].policy is None
    await load_policies(connection, [ROW])
    found = (await policies([opened(match)]))[match]
    assert (found.loonheffingennummer, found.instead_of) == ("123456782L01", "A0209999:")
    assert found.policy is not None


async def test_a_load_wakes_whoever_waits_once_for_each_load(connection: Any, url: str) -> None:
    waiting = Enrichment(reference="ABCDEFGHJK1", cycle=1, since=NOW, waits_for=(GATE,))
    await connection.execute(
        "insert into state (kind, key, lane, waits_for, document) values ($1, $2, 3, $3, $4)",
        Enrichment.kind,
        REGISTRATION,
        [GATE],
        waiting.model_dump_json(),
    )
    store = PostgresStore(url, {Enrichment.kind: Enrichment})
    assert await store.tick([3], NOW) == 0
    await load_policies(connection, [ROW])
    assert [await store.tick([3], NOW) for _ in range(2)] == [1, 0]
    await load_policies(connection, [ROW])
    assert await store.tick([3], NOW) == 1
    await store.close()


async def test_ten_thousand_policies_are_loaded_at_once(connection: Any) -> None:
    rows = [replace(ROW, raamwerkcontractnummer=f"A02{number:05}") for number in range(10_000)]
    async with asyncio.timeout(10):
        await load_policies(connection, rows)
    assert await connection.fetchval("select count(*) from policy") == 10_000
    assert await connection.fetchval("select count(*) from state where kind = 'gate'") == 10_000


async def test_a_product_that_no_policy_has_is_named_unless_it_falls_under_the_pensioenwet(
    connection: Any, tmp_path: Path
) -> None:
    path = tmp_path / "policies.csv"
    header = ",".join(field.name for field in fields(PolicyRow))
    path.write_text(f"{header}\nA0201234,123456782L01,P1,WIA Excedent;wia  excedent;Verzuim,2026-01-01,,SV-loon,yes\n")
    (remark,) = (await compare_file(connection, path)).remarks
    assert remark.endswith("that do not fall under the Pensioenwet: Verzuim, wia  excedent")
    await load_file(connection, path)
    assert (await compare_file(connection, path)).remarks == ()


async def test_that_keylane_is_not_told_of_a_policy_that_changes_is_said(connection: Any, tmp_path: Path) -> None:
    path = tmp_path / "policies.csv"
    header = ",".join(field.name for field in fields(PolicyRow))
    path.write_text(f"{header}\nA0201234,123456782L01,P1,WIA Excedent,2026-01-01,,SV-loon,yes\n")
    assert (await compare_file(connection, path)).remarks == ()
    await load_file(connection, path)
    path.write_text(path.read_text().replace("SV-loon", "bruto"))
    kept, outdated = (await compare_file(connection, path)).remarks
    assert "is not asked of Keylane again" in kept
    assert "koppeling oddities" in outdated
