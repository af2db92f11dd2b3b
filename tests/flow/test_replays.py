"""Records brought once more by an operator, on everything that is real."""

import asyncio
import signal
from asyncio.subprocess import PIPE
from collections import Counter
from typing import Any

import pytest
from commands import MORE, command, koppeling
from consumer_group import all_committed
from forms import loket_form
from onboarding import SOURCE, Onboarding, form_record
from realised import realised

from sandbox.waiting import until
from schemas.flow import MONEY_PATH, SERVICES
from schemas.ids import reference, registration_id

WHY = ("--apply", "--reason", "a test")
OF_RECORDS = "notifier.journal where subject = $1 and id not in (select id from notifier.effect)"
"""What a replay can bring again: that a mail is sent stands in no topic that the notifier reads."""


async def mailed_and_said(onboarding: Onboarding) -> None:
    """What other tests have begun may still be on its way to its mail, and to what is said of that."""
    for party in MONEY_PATH:
        await all_committed(onboarding, party.name)

    async def ask() -> bool:
        (row,) = await onboarding.query(_UNDER_WAY)
        return not row[0]

    await until(ask, deadline_s=30, missing="mails are under way")


_UNDER_WAY = """
select (select count(*) from notifier.effect where status in ('PLANNED', 'CLAIMED', 'BODY_STARTED'))
  + (select count(*) from notifier.redelivery where reason = 'DONE')
"""


async def everything(onboarding: Onboarding) -> dict[str, Any]:
    """All that a replay must leave as it is; the timeline, which follows after a moment, has tests of its own."""
    await mailed_and_said(onboarding)
    known: dict[str, Any] = {}
    for party in MONEY_PATH:
        for table in ("journal", "state"):
            rows = await onboarding.query(f"select * from {party.name}.{table}")  # noqa: S608 (our own names)
            known[f"{party.name}.{table}"] = Counter(repr(dict(row)) for row in rows)
    known["effects"] = Counter(repr(dict(row)) for row in await onboarding.query("select * from notifier.effect"))
    return known


async def queued_so_far(onboarding: Onboarding) -> int:
    """By the replay that is not at its end."""
    (row,) = await onboarding.query("select coalesce(max(queued), 0) from operations.replay where finished_at is null")
    return int(row[0])


async def begun(onboarding: Onboarding) -> None:
    async def is_queued() -> bool:
        return await queued_so_far(onboarding) > 0

    await until(is_queued, deadline_s=60, missing="the replay has not begun")


async def in_queues(onboarding: Onboarding) -> int:
    counts = [
        await onboarding.query(f"select count(*) from {party.name}.redelivery where kind = 'replay'")  # noqa: S608
        for party in SERVICES
    ]
    return sum(rows[0][0] for rows in counts)


async def test_ctrl_c_is_harmless(onboarding: Onboarding) -> None:
    await realised(onboarding, [f"ctrl-c-{n}" for n in range(10)], 73_000)
    words = (
        "replay",
        "topic",
        "registration-submitted",
        "--through",
        "enrichment",
        "--queue",
        "2",
        "--rate",
        "2",
        *WHY,
    )
    process = await asyncio.create_subprocess_exec(*command(onboarding, *words), stdout=PIPE, stderr=PIPE)
    await begun(onboarding)
    process.send_signal(signal.SIGINT)
    _, err = await process.communicate()
    assert (process.returncode, b"the same command goes on" in err, b"Traceback" in err) == (1, True, False)
    done = await koppeling(onboarding, *words[:5], *WHY)
    assert done.code == 0, done.err


async def test_a_replay_that_is_stopped_ends_where_it_stands_and_its_driver_says_so(onboarding: Onboarding) -> None:
    await realised(onboarding, [f"stopped-{n}" for n in range(10)], 83_000)
    slow = ("link-realised", "--through", "notifier", "--queue", "1", "--rate", "1", *WHY)
    process = await asyncio.create_subprocess_exec(*command(onboarding, "replay", "topic", *slow), stderr=PIPE)
    await begun(onboarding)
    process.send_signal(signal.SIGSTOP)
    one = (await koppeling(onboarding, "replay", "list", "--json")).json[0]
    shown = await koppeling(onboarding, "replay", "stop", one["id"])
    assert (shown.code, "nothing was changed" in shown.out) == (0, True)
    assert (await koppeling(onboarding, "replay", "stop", one["id"], *WHY)).code == 0
    process.send_signal(signal.SIGCONT)
    _, err = await process.communicate()
    assert (process.returncode, b"this replay was stopped" in err) == (1, True)
    for words in ((), WHY):
        again = await koppeling(onboarding, "replay", "stop", one["id"], *words)
        assert (again.code, "at its end already" in again.err) == (1, True)
    await koppeling(onboarding, "replay", "topic", "link-realised", "--through", "notifier", *WHY)
    assert (await koppeling(onboarding, "replay", "list", "--limit", "1")).out.endswith(MORE)


async def test_a_replay_that_is_paused_waits_with_its_driver_and_goes_on_when_it_is_resumed(
    onboarding: Onboarding,
) -> None:
    await realised(onboarding, [f"paused-{n}" for n in range(5)], 83_100)
    slow = ("link-realised", "--through", "notifier", "--queue", "1", "--rate", "2", *WHY)
    process = await asyncio.create_subprocess_exec(*command(onboarding, "replay", "topic", *slow), stderr=PIPE)
    await begun(onboarding)
    one = (await koppeling(onboarding, "replay", "list", "--json")).json[0]
    assert (await koppeling(onboarding, "replay", "resume", one["id"])).err.endswith("nothing was changed\n")
    shown = await koppeling(onboarding, "replay", "pause", one["id"])
    assert (shown.code, "nothing was changed" in shown.out) == (0, True)
    assert (await koppeling(onboarding, "replay", "pause", one["id"], *WHY)).code == 0
    assert process.stderr is not None
    assert b"paused" in await asyncio.wait_for(process.stderr.readuntil(b"resume ID`"), 30)
    assert "paused 20" in (await koppeling(onboarding, "replay", "list")).out
    assert (await koppeling(onboarding, "replay", "pause", one["id"], *WHY)).code == 1
    stood = await queued_so_far(onboarding)
    assert (await koppeling(onboarding, "replay", "resume", one["id"], *WHY)).code == 0

    async def went_on() -> bool:
        return await queued_so_far(onboarding) > stood

    await until(went_on, deadline_s=30, missing="the replay does not go on")
    process.terminate()
    await process.communicate()
    done = await koppeling(onboarding, "replay", "topic", *slow[:3], *WHY)
    assert (done.code, "goes on" in done.out) == (0, True)
    assert (await koppeling(onboarding, "replay", "list", "--json")).json[0]["paused_at"] is None


async def test_a_registration_brought_again_gets_what_it_lacks_and_nothing_twice(onboarding: Onboarding) -> None:
    (me,) = await realised(onboarding, ["lacking"], 74_000)
    forgotten = await onboarding.query(f"delete from {OF_RECORDS} returning id, outcome", me)  # noqa: S608 (our own names)
    before = await onboarding.effects([me])
    plan = await koppeling(onboarding, "replay", "registration", reference(me))
    assert plan.code == 0, plan.err
    assert f"{len(forgotten)} never handled: would run" in plan.out
    done = await koppeling(onboarding, "replay", "registration", reference(me), *WHY)
    assert done.code == 0, done.err

    again = await onboarding.query(f"select id, outcome from {OF_RECORDS}", me)  # noqa: S608 (our own names)
    assert {tuple(row) for row in again} == {tuple(row) for row in forgotten}
    assert await onboarding.effects([me]) == before
    assert await onboarding.confirmations([me]) == [1]
    actions = [one for one in (await koppeling(onboarding, "actions", "--json")).json if one["registration"] == me]
    assert {one["service"] for one in actions} == {party.name for party in SERVICES}
    assert len({one["command"] for one in actions}) == 1


async def test_a_record_beyond_the_horizon_is_parked_and_its_neighbours_go_on(onboarding: Onboarding) -> None:
    me = registration_id(SOURCE, "ancient")
    record = form_record("ancient", loket_form(75_000), event_id="of-long-ago")
    headers = [(name, b"2019-01-01T00:00:00Z" if name == "ce_time" else value) for name, value in record.headers]
    await onboarding.publish([type(record)(record.key, record.value, headers)])

    async def parked() -> bool:
        rows = await onboarding.query("select reason from intake.redelivery where key = $1", me)
        return [row["reason"] for row in rows] == ["TOO_OLD"]

    await until(parked, deadline_s=30, missing="the record is not parked")
    await onboarding.submit({"ancient": loket_form(75_000)})
    assert await onboarding.confirmations([me]) == [1]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("form-received", "--through", "notifier"), 2, "notifier does not read form-received"),
        (("form-received", "--through", "intake", "--lane", "1", "--from", "900000"), 1, "it holds"),
        (("form-received", "--through", "intake", "--since", "2090-01-01"), 1, "there is no record in this range"),
    ],
    ids=lambda value: " ".join(value[2:]) if isinstance(value, tuple) else "",
)
async def test_a_range_that_cannot_be_meant_or_is_not_there_is_said_and_nothing_is_done(
    words: tuple[str, ...], code: int, said: str, onboarding: Onboarding
) -> None:
    await realised(onboarding, ["range"], 76_000)
    (before,) = await onboarding.query("select count(*) from operations.action")
    answer = await koppeling(onboarding, "replay", "topic", *words)
    assert (answer.code, said in " ".join(answer.err.split())) == (code, True), answer.err
    (after,) = await onboarding.query("select count(*) from operations.action")
    assert after == before
