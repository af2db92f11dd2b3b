"""Registrations that stand still although nothing says so, on everything that is real."""

import json

import pytest
from commands import koppeling
from forms import loket_form
from onboarding import MAILS_EACH, Onboarding

from ops.terminal.output import COLUMNS
from schemas.ids import reference

WHY = ("--apply", "--reason", "enrichment has lost it")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOPPELING_SILENCE_S", json.dumps({"accepted": 0}))


async def lost_by_enrichment(onboarding: Onboarding, submission: str, number: int) -> str:
    """A registration of which enrichment remembers nothing any more."""
    (me,) = await onboarding.submit({submission: loket_form(number)})
    await onboarding.settled([me], MAILS_EACH)
    await onboarding.query("delete from enrichment.journal where subject = $1", me)
    await onboarding.query("delete from enrichment.state where kind = 'enrichment' and key = $1", me)
    return me


async def test_what_was_lost_is_found_and_made_good_under_the_same_ids(onboarding: Onboarding) -> None:
    me = await lost_by_enrichment(onboarding, "stuck", 92_000)
    before = await onboarding.effects([me])
    (found,) = [one for one in (await koppeling(onboarding, "stuck", "--json")).json if one["registration"] == me]
    assert (found["stage"], found["waits_for"], found["allowed_s"]) == ("accepted", "enrichment", 0)

    plan = await koppeling(onboarding, "stuck", "--redrive")
    assert (plan.code, "never handled: would run" in plan.out) == (0, True), plan.err
    assert (reference(me) in plan.out, max(map(len, plan.lines)) <= COLUMNS) == (True, True)
    done = await koppeling(onboarding, "stuck", "--redrive", *WHY)
    assert done.code == 0, done.err

    again = await onboarding.query("select count(*) from enrichment.journal where subject = $1", me)
    assert again[0][0] == 1
    assert me not in [one["registration"] for one in (await koppeling(onboarding, "stuck", "--json")).json]
    assert (await onboarding.effects([me]), await onboarding.confirmations([me])) == (before, [1])
    actions = [one for one in (await koppeling(onboarding, "actions", "--json")).json if one["registration"] == me]
    assert {one["what"] for one in actions} == {"redrive"}


async def test_who_waits_behind_a_pause_is_told_so_and_not_driven_on(onboarding: Onboarding) -> None:
    me = await lost_by_enrichment(onboarding, "stuck-behind-a-pause", 92_001)
    assert (await koppeling(onboarding, "pause", "enrichment", "--apply", "--reason", "a test")).code == 0
    try:
        rows = (await koppeling(onboarding, "stuck", "--stage", "accepted", "--json")).json
        assert [one["waits_for"] for one in rows if one["registration"] == me] == ["enrichment, which is paused"]
        said = await koppeling(onboarding, "stuck", "--stage", "accepted", "--redrive", *WHY)
        assert (said.code, "nothing to redrive" in said.err) == (1, True)
    finally:
        await koppeling(onboarding, "resume", "enrichment", "--apply", "--reason", "a test")
    assert (await koppeling(onboarding, "stuck", "--redrive", *WHY)).code == 0
