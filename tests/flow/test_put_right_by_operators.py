"""A bad import or a bad release stops many at once; a few commands of an operator later each is confirmed once."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from commands import Said, koppeling
from forms import loket_form, policies_for
from onboarding import SOURCE, Onboarding, form_record

from ops.terminal.output import COLUMNS
from sandbox.extra_worker import exit_code, sent_away, worker
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox
from sandbox.waiting import until
from schemas.ids import reference, registration_id
from services.enrichment.policies import PolicyRow, load_policies

PARKED = 300
WAITING = 100
COMMANDS_MAX = 5
EMPLOYERS = 10
TOO_LARGE = "EVENT_TOO_LARGE"
EVERYBODYS = tuple(f"van iedereen, nummer {nth:04}" for nth in range(3_800))
"""What all policies have together: with that as its own a policy does not fit in an event."""
ODD_WORKER = "faults.real.odd_worker"
FLAWED = "1.4.0-flawed"
FEW = 6
"""So many of different keys pull no brake yet, and are parked."""


@pytest.fixture(scope="module")
def alone() -> Iterator[Onboarding]:
    """This file's own: so many registrations make whatever is done with all of them slow."""
    with throwaway_sandbox(SandboxSettings()) as running, running.away("monitor"):
        yield Onboarding(running)


class Operator:
    """Types commands, each of which does what it should, and counts them."""

    def __init__(self, onboarding: Onboarding) -> None:
        self._onboarding = onboarding
        self.typed = 0

    async def types(self, *words: str) -> Said:
        self.typed += 1
        said = await koppeling(self._onboarding, *words)
        assert said.code == 0, said.err or said.out
        return said


def written(file: Path, rows: Sequence[PolicyRow]) -> str:
    """A file as a.s.r. makes it; where it is."""
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(asdict(rows[0])))
        writer.writeheader()
        for row in rows:
            values = {name: ";".join(one) if isinstance(one, tuple) else one for name, one in asdict(row).items()}
            writer.writerow({**values, "mandate_present": "yes" if row.mandate_present else "no"})
    return str(file)


async def published(onboarding: Onboarding, forms: Mapping[str, dict[str, Any]]) -> list[str]:
    """The registrations of these forms, which are sent whatever a.s.r. knows."""
    await onboarding.publish([form_record(name, form) for name, form in forms.items()])
    return [registration_id(SOURCE, name) for name in forms]


async def found(onboarding: Onboarding, count: int, sql: str) -> None:
    """Returns when there are so many."""

    async def ask() -> bool:
        return len(await onboarding.query(sql)) == count

    await until(ask, deadline_s=60, missing=f"not {count}: {sql}")


async def test_what_policies_too_large_have_parked_is_one_group_that_goes_on_when_they_are_imported_again(
    alone: Onboarding, tmp_path: Path
) -> None:
    codes = {f"parked-{nth}": [{"employer_code": f"{3_000_000 + nth}"}] for nth in range(PARKED)}
    forms = {
        name: loket_form(60_900 + nth % EMPLOYERS, connections=one) for nth, (name, one) in enumerate(codes.items())
    }
    right = policies_for([loket_form(60_900 + nth) for nth in range(EMPLOYERS)])
    bad = [replace(row, policy_numbers=EVERYBODYS, products=EVERYBODYS, insured_groups=EVERYBODYS) for row in right]
    refused = await koppeling(alone, "policies", "import", written(tmp_path / "bad.csv", bad))
    assert (refused.code, "line 2: wrong policy_numbers (more than 50)" in refused.err) == (1, True)
    # As a release loaded them that did not look how long a list is.
    async with alone.connected("enrichment") as connection:
        await load_policies(connection, bad)
    registrations = await published(alone, forms)
    await found(alone, PARKED, f"select from enrichment.redelivery where reason = '{TOO_LARGE}'")

    operator = Operator(alone)
    (group,) = (await operator.types("parked", "group", "--json")).json
    assert (group["service"], group["reason"], group["count"], group["waiting_for_human"]) == (
        "enrichment",
        TOO_LARGE,
        PARKED,
        PARKED,
    )
    assert "policy-enriched: most of it is the field policy" in group["cause"]
    file = written(tmp_path / "right.csv", right)
    planned = await operator.types("policies", "import", file)
    assert f"policies: 0 new, {EMPLOYERS} changed, 0 as they were" in planned.lines
    await operator.types("policies", "import", file, "--apply", "--reason", "the groups were wrong")
    retry = ("parked", "retry", "--group", group["group"])
    await operator.types(*retry, "--apply", "--reason", "the policies are imported again")

    assert await alone.confirmations(registrations) == [1] * PARKED
    await operator.types("audit")
    assert operator.typed <= COMMANDS_MAX


async def test_whom_wrong_numbers_in_an_import_let_wait_goes_on_by_itself_when_the_right_ones_are_imported(
    alone: Onboarding, tmp_path: Path
) -> None:
    forms = {f"waiting-{nth}": loket_form(210_000 + nth) for nth in range(WAITING)}
    right = policies_for(list(forms.values()))
    # The number of somebody else's payroll: it exists, so that no check finds it.
    wrong = [replace(row, loonheffingennummer=row.loonheffingennummer.replace("L01", "L02")) for row in right]
    bad = await koppeling(
        alone, "policies", "import", written(tmp_path / "wrong.csv", wrong), "--apply", "--reason", "new"
    )
    assert (bad.code, bad.lines[0]) == (0, f"policies: {WAITING} new, 0 changed, 0 as they were")
    registrations = await published(alone, forms)
    await found(alone, WAITING, _AWAITED)
    await alone.all_said(registrations)

    operator = Operator(alone)
    listed = await operator.types("status", "--limit", f"{WAITING}")
    assert sum("awaiting policy" in line for line in listed.lines) == WAITING
    assert max(map(len, listed.lines)) <= COLUMNS
    story = await operator.types("status", reference(registrations[0]))
    assert "POLICY_NOT_FOUND" in story.out
    file = written(tmp_path / "right.csv", right)
    planned = await operator.types("policies", "import", file)
    assert f"policies: {WAITING} new, 0 changed, 0 as they were" in planned.lines
    await operator.types("policies", "import", file, "--apply", "--reason", "with the right numbers")

    assert await alone.confirmations(registrations) == [1] * WAITING
    await operator.types("audit")
    assert operator.typed <= COMMANDS_MAX


async def test_a_bad_release_stops_itself_and_what_it_parked_goes_on_with_the_next_by_one_command(
    alone: Onboarding,
) -> None:
    few = {f"flawed-{nth}": loket_form(60_920 + nth) for nth in range(FEW)}
    many = {f"flawed-many-{nth}": loket_form(60_930 + nth) for nth in range(40)}
    await alone.load_policies([*few.values(), *many.values()])
    flawed = {"odd": "flawed", "release": FLAWED}
    with sent_away(alone.sandbox, "enrichment"):
        with worker(alone.sandbox, "enrichment", ODD_WORKER, **flawed) as bad:
            registrations = await published(alone, few)
            await found(alone, FEW, _FLAWED)
            registrations += await published(alone, many)
            assert await exit_code(bad) == 1
        with worker(alone.sandbox, "enrichment", ODD_WORKER, **flawed) as again:
            assert await exit_code(again) == 1
    operator = Operator(alone)
    (pulled,) = (await operator.types("brake", "list", "--json")).json
    assert (pulled["service"], pulled["release"], pulled["released_at"]) == ("enrichment", FLAWED, None)
    assert await alone.confirmations(registrations[FEW:]) == [1] * len(many)

    retry = ("parked", "retry", "--release", FLAWED)
    retried = await operator.types(*retry, "--apply", "--reason", "it is rolled back")
    assert f"{FEW} parked records are due now" in retried.out
    assert await alone.confirmations(registrations) == [1] * len(registrations)
    named = (await koppeling(alone, "audit", "--json")).json["findings"]
    assert [finding["code"] for finding in named] == ["STOPPED"]
    released = await operator.types("brake", "release", "enrichment", "--apply", "--reason", "it is withdrawn")
    assert released.lines[-1] == f"enrichment {FLAWED} can be started again"
    await operator.types("audit")
    assert operator.typed <= COMMANDS_MAX


_FLAWED = f"select from enrichment.redelivery where reason = 'DEFECT_KeyError' and release = '{FLAWED}'"
_AWAITED = "select from notifier.effect where kind = 'policy-awaited' and status = 'SENT'"
