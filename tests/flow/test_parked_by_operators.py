"""What an operator does about parked records, on everything that is real."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from commands import EVERYTHING, Said, koppeling, operators
from forms import loket_form
from onboarding import SOURCE, Onboarding, form_record

from ops.terminal.output import COLUMNS
from sandbox.waiting import until
from schemas.events import PolicyEnriched
from schemas.ids import reference, registration_id

REFUSED = "DATABASE_REFUSED_23514"


@asynccontextmanager
async def taking_only(onboarding: Onboarding, condition: str, *, name: str = "refused") -> AsyncIterator[None]:
    """While this lasts provisioning's database takes no new state but this."""
    table = "provisioning.state"
    await onboarding.query(f"alter table {table} add constraint {name} check ({condition}) not valid")
    try:
        yield
    finally:
        await onboarding.query(f"alter table {table} drop constraint {name}")


_BESIDE = """
insert into provisioning.redelivery
  (id, blocks, lane, key, kind, attempt, topic, partition, log_offset, headers, hash, reason, first_at)
select gen_random_uuid(), false, lane, key, kind, attempt, topic, partition, log_offset, headers, hash, reason, first_at
from provisioning.redelivery, generate_series(1, $2) where id = $1
"""


@asynccontextmanager
async def parked_beside(onboarding: Onboarding, row: str, count: int) -> AsyncIterator[None]:
    """While this lasts so many more are parked of its registration."""
    await onboarding.query(_BESIDE, row, count)
    try:
        yield
    finally:
        await onboarding.query(
            "delete from provisioning.redelivery row using provisioning.redelivery seen "
            "where seen.id = $1 and row.key = seen.key and not row.blocks",
            row,
        )


async def parked_of(onboarding: Onboarding, registration: str) -> list[Any]:
    rows = (await koppeling(onboarding, "parked", "list", *EVERYTHING)).json
    return [row for row in rows if row["registration"] == registration]


async def parked_once(onboarding: Onboarding, registration: str) -> Any:
    async def ask() -> Any:
        rows = await parked_of(onboarding, registration)
        return rows[0] if rows else None

    return await until(ask, deadline_s=30, missing="the record is not parked")


async def actions_on(onboarding: Onboarding, target: str) -> list[dict[str, Any]]:
    actions = (await koppeling(onboarding, "actions", "--json")).json
    return [action for action in actions if action["target"] == target]


async def parked_form(onboarding: Onboarding, submission: str, number: int) -> tuple[str, dict[str, Any]]:
    """A registration parked for a cause that is gone again, and its row."""
    me = registration_id(SOURCE, submission)
    form = loket_form(number)
    await onboarding.load_policies([form])
    async with taking_only(onboarding, f"key <> '{me}'"):
        await onboarding.publish([form_record(submission, form)])
        return me, await parked_once(onboarding, me)


async def test_a_parked_record_whose_cause_is_mended_and_that_is_retried_gives_its_mail_once(
    onboarding: Onboarding,
) -> None:
    me = registration_id(SOURCE, "mended")
    form = loket_form(70_000)
    await onboarding.load_policies([form])
    async with taking_only(onboarding, f"key <> '{me}'"):
        await onboarding.publish([form_record("mended", form)])
        row = await parked_once(onboarding, me)
        handle = f"{row['id']}@1"
        assert (row["service"], row["reason"], row["attempts"]) == ("provisioning", REFUSED, 1)

        plan = await koppeling(onboarding, "parked", "retry", handle)
        assert (plan.code, plan.lines[-1]) == (0, "nothing was changed; do it with --apply --reason TEXT")
        assert "would be attempt 2" in plan.out
        assert (await koppeling(onboarding, "parked", "retry", handle, "--apply")).code == 2
        assert await actions_on(onboarding, row["id"]) == []

        in_vain = await koppeling(onboarding, "parked", "retry", handle, "--apply", "--reason", "too early")
        assert in_vain.code == 0, in_vain.err

        async def second_attempt() -> bool:
            return [found["attempts"] for found in await parked_of(onboarding, me)] == [2]

        await until(second_attempt, deadline_s=30, missing="the second attempt is not parked")

    stale = await koppeling(onboarding, "parked", "retry", handle, "--apply", "--reason", "stale")
    assert (stale.code, "has moved on" in stale.err) == (1, True)
    done = await koppeling(
        onboarding, "parked", "retry", reference(me), "--apply", "--reason", "the constraint is gone"
    )
    assert done.code == 0, done.err

    assert await onboarding.confirmations([me]) == [1]
    assert await parked_of(onboarding, me) == []
    newest, first = await actions_on(onboarding, row["id"])
    assert (newest["what"], newest["why"], newest["before"]["attempts"]) == ("retry", "the constraint is gone", 2)
    assert (first["why"], first["registration"], bool(first["who"])) == ("too early", me, True)


async def test_of_two_operators_at_once_one_retries_and_the_other_hears_of_it(onboarding: Onboarding) -> None:
    me, row = await parked_form(onboarding, "two-operators", 70_001)
    typed = ("parked", "retry", f"{row['id']}@1", "--apply", "--reason", "both")
    said = await operators(onboarding, 3, *typed)
    assert sorted(one.code for one in said) == [0, 1, 1]
    assert len(await actions_on(onboarding, row["id"])) == 1
    assert await onboarding.confirmations([me]) == [1]


async def test_a_discarded_record_lets_its_registration_go_on_and_stays_on_record(onboarding: Onboarding) -> None:
    me, row = await parked_form(onboarding, "discarded", 70_002)
    (before,) = await onboarding.query("select * from provisioning.journal where id = $1", row["id"])

    shown = await koppeling(onboarding, "parked", "discard", row["id"])
    assert (shown.code, "would end here" in shown.out, len(await parked_of(onboarding, me))) == (0, True, 1)
    done = await koppeling(onboarding, "parked", "discard", row["id"], "--apply", "--reason", "a test registration")
    assert done.code == 0, done.err

    assert await parked_of(onboarding, me) == []
    (after,) = await onboarding.query("select * from provisioning.journal where id = $1", row["id"])
    assert (dict(after), after["outcome"]) == (dict(before), "park")
    (action,) = await actions_on(onboarding, row["id"])
    place = {name: action["before"][name] for name in ("topic", "reason")}
    assert place == {"topic": "policy-enriched", "reason": REFUSED}
    again = await koppeling(onboarding, "parked", "discard", row["id"], "--apply", "--reason", "once more")
    assert (again.code, "handled, discarded or never there" in again.err) == (1, True)


async def test_one_parked_record_is_shown_with_its_event_and_without_its_body(onboarding: Onboarding) -> None:
    me, row = await parked_form(onboarding, "shown", 70_003)
    said: list[Said] = [
        await koppeling(onboarding, "parked", "show", row["id"]),
        await koppeling(onboarding, "parked", "show", reference(me), "--json"),
    ]
    people, programs = said
    assert max(map(len, people.lines)) <= COLUMNS
    assert f"event policy-enriched version {PolicyEnriched.version}" in people.out
    assert programs.json["event"]["name"] == "policy-enriched"
    assert not any("bakkerij" in one.out.lower() for one in said)
    async with parked_beside(onboarding, row["id"], 30):
        alone = await koppeling(onboarding, "parked", "show", row["id"])
        assert (alone.out.count("also parked: "), "and 10 more are parked" in alone.out) == (20, True)
        several = await koppeling(onboarding, "parked", "show", reference(me))
        assert (several.code, "means 31 parked records: name one by its ID" in several.err) == (1, True)
        assert "and 11 more in provisioning" in several.err
        listed = await koppeling(onboarding, "parked", "list", "--json", "--limit", "30", "--service", "provisioning")
        assert (len(listed.json), listed.err) == (30, "and more in provisioning: --limit N shows them\n")
    assert (await koppeling(onboarding, "parked", "retry", reference(me), "--apply", "--reason", "end")).code == 0
    assert await onboarding.confirmations([me]) == [1]


async def test_no_service_can_read_or_change_what_is_on_record(onboarding: Onboarding) -> None:
    for service in ("intake", "enrichment", "provisioning", "notifier"):
        rights = await onboarding.query("select has_schema_privilege($1, 'operations', 'usage')", service)
        assert [row[0] for row in rights] == [False]
    with pytest.raises(Exception, match="stays on record"):
        await onboarding.query("delete from operations.action")
