"""Loads a.s.r.'s policies: a policy that is loaded lets the registrations that wait for it go on."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from payroll import fields
from payroll.row_file import ColumnError, Columns, Compared, lines_of, read_rows
from schemas.ids import RegistrationId
from services.enrichment import gate
from services.enrichment.facts import PENSIOENWET_PRODUCTS
from stream.postgres_gates import open_gates
from stream.postgres_session import Connection

LIST_SEPARATOR = ";"
TEXT_CHARACTERS_MAX = 200
LIST_ITEMS_MAX = 50
_PRODUCTS_NAMED_MAX = 20

_YES = frozenset({"yes", "ja", "true", "waar", "1"})
_NO = frozenset({"no", "nee", "false", "onwaar", "0"})


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One row of the policy file, column for column; the first two are its key."""

    raamwerkcontractnummer: str
    loonheffingennummer: str
    policy_numbers: tuple[str, ...]
    products: tuple[str, ...]
    starts_on: date
    insured_groups: tuple[str, ...]
    salary_notion: str
    mandate_present: bool


@dataclass(frozen=True, slots=True)
class MatchRow:
    """The numbers that somebody found for a registration whose form lacks them or has wrong ones.

    `instead_of` are those of its form, as in `gate.typed`: other numbers in a correction take precedence over these.
    """

    registration: RegistrationId
    raamwerkcontractnummer: str
    loonheffingennummer: str
    instead_of: str | None = None


def read_policies(lines: Iterable[str]) -> list[PolicyRow]:
    """Read a CSV with a header: lists separated by semicolons, dates as 2026-01-31, mandate_present yes or no.

    Raises:
        RowFileError: it is no policy file.
    """
    return read_rows(lines, _COLUMNS, PolicyRow, _KEY)


async def load_policies(connection: Connection, rows: Sequence[PolicyRow]) -> None:
    """Insert or replace these policies and open their gates, in one transaction.

    `connection` is asyncpg's, in the enrichment schema. The last row of the same numbers wins.
    """
    unique = {gate.of_numbers(row.raamwerkcontractnummer, row.loonheffingennummer): row for row in rows}
    async with connection.transaction():
        await connection.execute(_UPSERT_POLICIES, _as_json(unique.values()))
        await open_gates(connection, unique)


async def load_file(connection: Connection, path: Path) -> int:
    """Load a CSV with the administrator's connection; how many policies it holds. Raises RowFileError."""
    rows = read_file(path)
    async with connection.transaction():
        await connection.execute("set local search_path = enrichment")
        await load_policies(connection, rows)
    return len(rows)


async def compare_file(connection: Connection, path: Path) -> Compared:
    """What loading it would change, with the administrator's connection. Raises RowFileError."""
    rows = _as_json(read_file(path))
    products = [row["product"] for row in await connection.fetch(_NEW_PRODUCTS, rows)]
    ((new, changed, same),) = await connection.fetch(_COMPARE_POLICIES, rows)
    return Compared(new, changed, same, tuple(_remarks(products, changed)))


def _remarks(products: Sequence[str], changed: int) -> Iterator[str]:
    """Nothing else shows who keeps a replaced policy, or that a misspelling takes a product out of the Pensioenwet."""
    if changed:
        yield "what has gone on with a policy that changes is not asked of Keylane again: it keeps what it was told"
        yield "once loaded, `koppeling oddities` names where other rights follow now, or the mandate is gone"
    if other := [one for one in products if one not in PENSIOENWET_PRODUCTS]:
        more = [f"and {len(other) - _PRODUCTS_NAMED_MAX} more"] if len(other) > _PRODUCTS_NAMED_MAX else []
        named = ", ".join([*other[:_PRODUCTS_NAMED_MAX], *more])
        yield f"products that no policy has yet, and that do not fall under the Pensioenwet: {named}"


def read_file(path: Path) -> list[PolicyRow]:
    """Every policy in a CSV. Raises RowFileError."""
    return read_policies(lines_of(path))


def _as_json(rows: Iterable[PolicyRow]) -> str:
    return json.dumps([asdict(row) for row in rows], default=str)


async def load_matches(connection: Connection, rows: Sequence[MatchRow]) -> None:
    """Note whose numbers were found and let those registrations go on; `connection` as for `load_policies`."""
    unique = {gate.of_match(row.registration): row for row in rows}
    async with connection.transaction():
        await connection.execute(_UPSERT_MATCHES, json.dumps([asdict(row) for row in unique.values()]))
        await open_gates(connection, unique)


def _some(text: str) -> tuple[str, ...]:
    return tuple(map(_filled, _any(text) or ("",)))


def _any(text: str) -> tuple[str, ...]:
    items = tuple(_filled(part.strip()) for part in text.split(LIST_SEPARATOR) if part.strip())
    if len(items) > LIST_ITEMS_MAX:
        raise ColumnError(f"more than {LIST_ITEMS_MAX}")
    return items


def _filled(text: str) -> str:
    if not (0 < len(text) <= TEXT_CHARACTERS_MAX and text.isprintable()):
        raise ColumnError(f"not 1 to {TEXT_CHARACTERS_MAX} printable characters")
    return text


def _day(text: str) -> date:
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if text == day.isoformat():  # also other forms of ISO 8601 are read
            return day
    raise ColumnError("no day such as 2026-01-31: give its column that format, in a Dutch Excel jjjj-mm-dd")


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise ColumnError("neither yes nor no")
    return text.lower() in _YES


_KEY = ("raamwerkcontractnummer", "loonheffingennummer")
_COLUMNS: Columns = {
    "raamwerkcontractnummer": fields.raamwerkcontractnummer,
    "loonheffingennummer": fields.loonheffingennummer,
    "policy_numbers": _some,
    "products": _some,
    "starts_on": _day,
    "insured_groups": _any,
    "salary_notion": _filled,
    "mandate_present": _yes_or_no,
}

_LOADED = """
jsonb_to_recordset($1::jsonb) as loaded (
  raamwerkcontractnummer text, loonheffingennummer text, policy_numbers text[], products text[], starts_on date,
  insured_groups text[], salary_notion text, mandate_present boolean)
"""
_COMPARE_POLICIES = f"""
select count(*) filter (where kept.salary_notion is null),
  count(*) filter (where kept.salary_notion is not null and kept is distinct from loaded),
  count(*) filter (where kept is not distinct from loaded)
from {_LOADED} left join enrichment.policy as kept using (raamwerkcontractnummer, loonheffingennummer)
"""  # noqa: S608  of constants
_NEW_PRODUCTS = f"""
select unnest(products) as product from {_LOADED}
except select unnest(products) from enrichment.policy order by product
"""  # noqa: S608  of constants
_UPSERT_POLICIES = f"""
insert into policy
select * from {_LOADED}
order by raamwerkcontractnummer, loonheffingennummer
on conflict (raamwerkcontractnummer, loonheffingennummer) do update set
  policy_numbers = excluded.policy_numbers, products = excluded.products, starts_on = excluded.starts_on,
  insured_groups = excluded.insured_groups, salary_notion = excluded.salary_notion,
  mandate_present = excluded.mandate_present
"""  # noqa: S608  of constants
_UPSERT_MATCHES = """
insert into policy_match
select * from jsonb_to_recordset($1::jsonb) as loaded (
  registration text, raamwerkcontractnummer text, loonheffingennummer text, instead_of text)
order by registration
on conflict (registration) do update set
  raamwerkcontractnummer = excluded.raamwerkcontractnummer, loonheffingennummer = excluded.loonheffingennummer,
  instead_of = excluded.instead_of
"""
