"""What operators do is said as events, once, also when Kafka was away or the command died before it could."""

import asyncio
import json
from typing import Any

from click.testing import CliRunner
from commands import MORE, koppeling
from onboarding import Onboarding

from ops.actions.acted import UNSAID, say_what_was_done
from ops.actions.applying import NOT_APPLIED
from ops.cli import main
from ops.servers.destination import KAFKA_VARIABLE
from stream.environment import ADMIN_VARIABLE


async def said(onboarding: Onboarding, why: str) -> list[dict[str, Any]]:
    """The events with this reason."""
    values = [json.loads(record.value) for record in await onboarding.records("operator-acted")]
    return [value for value in values if value["why"] == why]


async def unsaid(onboarding: Onboarding, why: str) -> int:
    """How many of the actions with this reason wait to be said; the looks of other tests wait there too."""
    waiting = "select from operations.action where id in (select action from operations.unsaid) and why = $1"
    return len(await onboarding.query(waiting, why))


async def test_each_command_says_what_it_did(onboarding: Onboarding) -> None:
    assert NOT_APPLIED in (await koppeling(onboarding, "pause", "timeline", "--reason", "only looked")).out
    await koppeling(onboarding, "pause", "timeline", "--apply", "--reason", "said")
    await koppeling(onboarding, "resume", "timeline", "--apply", "--reason", "said")
    paused, resumed = sorted(await said(onboarding, "said"), key=lambda one: one["what"])
    rows = {one["id"]: one for one in (await koppeling(onboarding, "actions", "--json")).json}
    for event in (paused, resumed):
        row = rows[event["action"]]
        assert event == {"action": row["id"]} | {name: row[name] for name in event if name != "action"}
    assert (paused["what"], paused["after"], resumed["what"]) == ("pause", {"paused": True}, "resume")
    assert await said(onboarding, "only looked") == []
    assert (await koppeling(onboarding, "actions", "--limit", "1")).out.endswith(MORE)
    assert await unsaid(onboarding, "said") == 0


async def test_what_was_done_while_kafka_was_away_is_said_by_the_next_command(onboarding: Onboarding) -> None:
    away = {
        ADMIN_VARIABLE: onboarding.sandbox.endpoints().postgres.url,
        KAFKA_VARIABLE: "127.0.0.1:1",
    }
    words = ["pause", "timeline", "--apply", "--reason", "kafka is away"]
    ended = await asyncio.to_thread(CliRunner(catch_exceptions=False).invoke, main, words, env=away)
    assert (ended.exit_code, UNSAID in ended.stderr) == (0, True)
    assert (await said(onboarding, "kafka is away"), await unsaid(onboarding, "kafka is away")) == ([], 1)
    await koppeling(onboarding, "resume", "timeline", "--apply", "--reason", "kafka is back")
    assert len(await said(onboarding, "kafka is away")) == len(await said(onboarding, "kafka is back")) == 1
    assert await unsaid(onboarding, "kafka is away") == 0


async def test_one_that_was_published_and_not_noted_is_said_again_in_the_same_words(onboarding: Onboarding) -> None:
    await koppeling(onboarding, "pause", "timeline", "--apply", "--reason", "died there")
    await onboarding.query("insert into operations.unsaid select id from operations.action where why = 'died there'")
    await asyncio.to_thread(say_what_was_done, onboarding.sandbox.state.path)
    await koppeling(onboarding, "resume", "timeline", "--apply", "--reason", "lives")
    records = [
        one for one in await onboarding.records("operator-acted") if json.loads(one.value)["why"] == "died there"
    ]
    assert len(records) == 2
    assert len({(one.value, tuple(one.headers), one.key, one.partition) for one in records}) == 1


async def test_one_that_cannot_be_published_does_not_hold_up_the_others(onboarding: Onboarding) -> None:
    (row,) = await onboarding.query(
        "insert into operations.action (command, who, what, why, service, target, before, after) values "
        "(gen_random_uuid(), 'a test', 'look', repeat('too large ', 110_000), 'none', 'none', '{}', '{}') returning id"
    )
    try:
        ended = await koppeling(onboarding, "pause", "timeline", "--apply", "--reason", "beside it")
        assert (ended.code, "1 of them: MessageSizeTooLargeError" in ended.err) == (0, True)
        assert (len(await said(onboarding, "beside it")), await unsaid(onboarding, "beside it")) == (1, 0)
    finally:
        await onboarding.query("delete from operations.unsaid where action = $1", row["id"])
        await koppeling(onboarding, "resume", "timeline", "--apply", "--reason", "beside it")
