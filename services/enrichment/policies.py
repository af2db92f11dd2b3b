"""Loads a.s.r.'s policies: a policy that is loaded lets the registrations that wait for it go on."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TextIO

from services.enrichment.documents import policy_gate
from stream.document import Gate

LIST_SEPARATOR = ";"
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One row of the policy file, column for column."""

    raamwerkcontractnummer: str
    loonheffingennummer: str
    policy_numbers: tuple[str, ...]
    products: tuple[str, ...]
    starts_on: date
    insured_groups: tuple[str, ...]
    salary_notion: str
    mandate_present: bool


class PolicyFileError(ValueError):
    """The file is no policy file; the text names every faulty line by its number."""


def read_policies(file: TextIO) -> list[PolicyRow]:
    """Read a CSV with a header; lists are separated by semicolons, mandate_present is yes or no.

    Raises:
        PolicyFileError: a column is missing, or lines are faulty.
    """
    reader = csv.DictReader(file)
    names = [field.name for field in fields(PolicyRow)]
    missing = [name for name in names if name not in (reader.fieldnames or ())]
    if missing:
        raise PolicyFileError(f"line 1: missing columns {', '.join(missing)}")
    rows, faults = [], []
    for line in reader:
        try:
            rows.append(_row(line))
        except (ValueError, KeyError, AttributeError) as error:
            faults.append(f"line {reader.line_num}: {type(error).__name__}: not a policy")
    if faults:
        raise PolicyFileError("\n".join(faults))
    return rows


def _row(line: dict[str, str]) -> PolicyRow:
    contract, number = line["raamwerkcontractnummer"].strip(), line["loonheffingennummer"].strip()
    if not contract or not number:
        raise ValueError("a policy needs both numbers")
    return PolicyRow(
        raamwerkcontractnummer=contract,
        loonheffingennummer=number,
        policy_numbers=_list(line["policy_numbers"]),
        products=_list(line["products"]),
        starts_on=date.fromisoformat(line["starts_on"].strip()),
        insured_groups=_list(line["insured_groups"]),
        salary_notion=line["salary_notion"].strip(),
        mandate_present=_YES_NO[line["mandate_present"].strip().lower()],
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(LIST_SEPARATOR) if part.strip())


async def load_policies(connection: Any, rows: Sequence[PolicyRow]) -> None:
    """Insert or replace these policies and open their gates, in one transaction.

    `connection` is asyncpg's, in the enrichment schema. The last row of the same numbers wins.
    """
    unique = {policy_gate(row.raamwerkcontractnummer, row.loonheffingennummer): row for row in rows}
    gates = sorted(unique)
    async with connection.transaction():
        await connection.executemany(_UPSERT, [_values(unique[gate]) for gate in gates])
        await connection.execute(_OPEN, gates, Gate(open=True).model_dump_json())


def _values(row: PolicyRow) -> tuple[object, ...]:
    return tuple(getattr(row, field.name) for field in fields(PolicyRow))


_UPSERT = """
insert into policy (raamwerkcontractnummer, loonheffingennummer, policy_numbers, products, starts_on, insured_groups,
  salary_notion, mandate_present)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (raamwerkcontractnummer, loonheffingennummer) do update set
  policy_numbers = excluded.policy_numbers, products = excluded.products, starts_on = excluded.starts_on,
  insured_groups = excluded.insured_groups, salary_notion = excluded.salary_notion,
  mandate_present = excluded.mandate_present
"""
_OPEN = """
insert into state (kind, key, lane, revision, document) select 'gate', key, -1, 1, $2::jsonb from unnest($1::text[]) key
on conflict (kind, key) do update set revision = state.revision + 1, document = excluded.document
"""
