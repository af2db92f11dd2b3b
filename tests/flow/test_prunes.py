"""Journals pruned by an operator, on everything that is real."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from commands import koppeling
from forms import loket_form
from onboarding import MAILS_EACH, SOURCE, Onboarding, Raw, form_record

from ops.actions.applying import NOT_APPLIED
from ops.terminal.output import COLUMNS
from sandbox.waiting import until
from schemas.ids import reference, registration_id

WHY = ("--apply", "--reason", "a test")
SHORTER = ("intake", "--horizon-days", "410")
"""Than the services' own horizon: what they would take for new by that alone."""
AGE = timedelta(days=420)


def of_long_ago(record: Raw) -> Raw:
    """The same, said when it was still within the services' horizon, and not within the shorter one any more."""
    said_at = (datetime.now(UTC) - AGE).isoformat().encode()
    return replace(record, headers=[(name, said_at if name == "ce_time" else value) for name, value in record.headers])


async def recorded(onboarding: Onboarding, registration: str) -> list[tuple[str, str | None]]:
    """What intake's journal says about it."""
    rows = await onboarding.query("select outcome, reason from intake.journal where subject = $1", registration)
    return sorted((row["outcome"], row["reason"]) for row in rows)


async def until_recorded(onboarding: Onboarding, registration: str, *wanted: tuple[str, str | None]) -> None:
    async def there() -> bool:
        return await recorded(onboarding, registration) == sorted(wanted)

    await until(there, deadline_s=30, missing=f"intake has not recorded {wanted}")


async def found(onboarding: Onboarding) -> list[Any]:
    """What the judge finds."""
    return list((await koppeling(onboarding, "audit", "--json")).json["findings"])


async def found_more(onboarding: Onboarding, before: list[Any]) -> list[Any]:
    """What it has not found before."""
    return [finding for finding in await found(onboarding) if finding not in before]


async def test_what_was_pruned_and_comes_again_is_parked_and_mails_nobody(onboarding: Onboarding) -> None:
    me, form = registration_id(SOURCE, "pruned"), loket_form(97_000)
    await onboarding.load_policies([form])
    await onboarding.publish([of_long_ago(form_record("pruned", form))])
    assert await onboarding.confirmations([me]) == [1]
    double_click = of_long_ago(form_record("pruned", form, event_id="pruned-again"))
    await onboarding.publish([double_click])
    await until_recorded(onboarding, me, ("emit", None), ("ignore", "ALREADY_DECIDED"))
    effects = await onboarding.settled([me], MAILS_EACH)
    said = await onboarding.said("registration-submitted", me)
    odd = await found(onboarding)

    aged = "update intake.journal set first_at = now() - $2::interval where subject = $1 and outcome = 'ignore'"
    await onboarding.query(aged, me, AGE)
    line = await onboarding.query("select up_to from intake.pruned")
    plan = await koppeling(onboarding, "prune", *SHORTER)
    assert (plan.code, plan.lines[-1], max(map(len, plan.lines)) <= COLUMNS) == (0, NOT_APPLIED, True), plan.err
    (told,) = (await koppeling(onboarding, "prune", *SHORTER, "--json")).json
    assert (told["service"], told["to_go"], bool(told["pruned_up_to"])) == ("intake", 1, bool(line))
    done = await koppeling(onboarding, "prune", *SHORTER, *WHY)
    assert (done.code, "  1 row removed" in done.out) == (0, True), done.err
    assert await recorded(onboarding, me) == [("emit", None)]
    assert await found_more(onboarding, odd) == []
    replayed = await koppeling(onboarding, "replay", "registration", reference(me), "--through", "intake")
    assert "1 not in the journal, and beyond the horizon or pruned" in replayed.out

    await onboarding.publish([double_click])
    await until_recorded(onboarding, me, ("emit", None), ("park", "TOO_OLD"))
    assert await onboarding.effects([me]) == effects
    assert len(await onboarding.said("registration-submitted", me)) == len(said)
    assert await found_more(onboarding, odd) == []
    again = (await koppeling(onboarding, "prune", *SHORTER, "--json")).json[0]
    assert (again["to_go"], bool(again["pruned_up_to"])) == (0, True)
    (newest, *_) = (await koppeling(onboarding, "actions", "--json")).json
    assert (newest["what"], newest["service"], newest["after"]["to_go"]) == ("prune", "intake", 1)


async def test_all_journals_are_pruned_at_once_where_none_is_named(onboarding: Onboarding) -> None:
    for asked in ((), WHY):
        plan = await koppeling(onboarding, "prune", *asked)
        assert plan.code == 0, plan.err
        named = [line.partition(":")[0] for line in plan.lines if not line.startswith(" ")]
        assert named == ["intake", "enrichment", "provisioning", "notifier", "timeline", "nothing to remove"]
