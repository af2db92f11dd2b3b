"""The live view beside the real flow: what it says is right, whatever became of it meanwhile."""

import asyncio
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from browser import shown
from forms import loket_form
from live_view import BACK_S_MAX, MONITOR, caught_up, registrations_at, seen
from onboarding import MAILS_EACH, Onboarding, form_record

from sandbox.running import RunningSandbox
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox
from sandbox.waiting import until
from schemas.events import RegistrationStuck
from schemas.ids import reference
from services.monitor.stage import Stage

KILLS = 10
FORMS_BEFORE_EACH = 2
IMPATIENT = {
    "KOPPELING_SILENCE_S": '{"awaiting_policy": 1}',
    "KOPPELING_ALERT_S": "0.5",
    "KOPPELING_LOOK_S": "0.5",
    "KOPPELING_COMPARE_S": "0.2",
    "KOPPELING_DIFFERS_S": "3",
}


@pytest.fixture(scope="module")
def watched() -> Iterator[Onboarding]:
    """A flow of which nobody knows anything yet, watched by a view that loses its patience after a second."""
    with throwaway_sandbox(SandboxSettings(environment={MONITOR: IMPATIENT})) as running:
        yield Onboarding(running)


async def kill(sandbox: RunningSandbox) -> None:
    pid = sandbox.send(MONITOR, signal.SIGKILL)
    await asyncio.to_thread(sandbox.wait_restarted, MONITOR, pid, deadline_s=BACK_S_MAX)


async def test_ten_kills_leave_exactly_the_right_counts(watched: Onboarding) -> None:
    before = registrations_at(await caught_up(watched.sandbox)).get("realised", 0)
    registrations: list[str] = []
    for turn in range(KILLS):
        numbers = range(FORMS_BEFORE_EACH * turn, FORMS_BEFORE_EACH * (turn + 1))
        registrations += await watched.submit({f"watched-{number}": loket_form(number) for number in numbers})
        await kill(watched.sandbox)
    assert await watched.confirmations(registrations) == [1] * len(registrations)

    async def counted() -> bool:
        return registrations_at(await caught_up(watched.sandbox))["realised"] >= before + len(registrations)

    await until(counted, deadline_s=BACK_S_MAX, missing="the view has not counted every registration")
    assert registrations_at(await caught_up(watched.sandbox))["realised"] == before + len(registrations)
    assert "Up to date" in (await seen(watched.sandbox, "/") or "")


async def test_who_is_stuck_is_told_once_however_often_the_view_begins_anew(watched: Onboarding) -> None:
    first, second = loket_form(900), loket_form(901)
    await watched.publish([form_record("stuck-first", first)])
    await told(watched, 1)
    await kill(watched.sandbox)

    await watched.publish([form_record("stuck-second", second)])
    alerts = await told(watched, 2)

    assert len({record.key for record in alerts}) == len(alerts) == 2
    assert (await caught_up(watched.sandbox))["stuck"] == 2


async def told(watched: Onboarding, count: int) -> list[Any]:
    """All alerts, once there are so many."""

    async def ask() -> list[Any] | None:
        alerts = await watched.records(RegistrationStuck.name)
        return alerts if len(alerts) >= count else None

    return await until(ask, deadline_s=BACK_S_MAX, missing=f"not {count} alerts")


Seen = dict[str, Any]


async def compared(watched: Onboarding, so: Callable[[Seen], bool]) -> None:
    """Return once the view says so of Postgres, having compared everything."""

    async def ask() -> bool:
        found = (await caught_up(watched.sandbox))["postgres"]
        return found["whole_at_ms"] is not None and so(found)

    await until(ask, deadline_s=BACK_S_MAX, missing="the view never said so of Postgres")


async def heard_the_last(watched: Onboarding, me: str) -> None:
    """Return once the timeline has written down that every mail was sent; what came later would write it anew."""
    told = "entry ->> 'event' = 'notification-sent'"
    entries = f"select from timeline.state, jsonb_array_elements(document -> 'entries') entry where key = $1 and {told}"

    async def ask() -> bool:
        return len(await watched.query(entries, me)) == MAILS_EACH

    await until(ask, deadline_s=BACK_S_MAX, missing="the timeline has not heard of every mail")


def alike(found: Seen) -> bool:
    return found["silent_since_ms"] is None and not found["rows"]


async def test_a_difference_with_postgres_is_shown_until_it_is_made_good(watched: Onboarding) -> None:
    (me,) = await watched.submit({"differs": loket_form(910)})
    assert await watched.confirmations([me]) == [1]
    await heard_the_last(watched, me)
    await compared(watched, alike)
    mine = "from timeline.state where kind = 'timeline' and key = $1"
    (kept,) = await watched.query(f"select lane, revision, document {mine}", me)

    await watched.query(f"delete {mine}", me)
    await compared(watched, lambda found: [row["references"] for row in found["rows"]] == [[reference(me)]])
    (row,) = (await caught_up(watched.sandbox))["postgres"]["rows"]
    assert (row["here"], row["there"], row["registrations"]) == ("realised", None, 1)
    assert "1 stand elsewhere in Postgres" in (await seen(watched.sandbox, "/") or "")

    restored = "insert into timeline.state (kind, key, lane, revision, document) values ('timeline', $1, $2, $3, $4)"
    await watched.query(restored, me, *kept.values())
    await compared(watched, alike)
    assert "As Postgres" in (await seen(watched.sandbox, "/") or "")


async def test_a_real_browser_shows_the_page_and_complains_of_nothing(watched: Onboarding, tmp_path: Path) -> None:
    await watched.confirmations(await watched.submit({"browsed": loket_form(98_800)}))
    before = registrations_at(await caught_up(watched.sandbox))["realised"]
    (url,) = watched.sandbox.endpoints().health[MONITOR]
    page = await shown(f"{url}/?still", tmp_path)
    assert "Up to date" in page.document
    realised = re.search(f"<h3>{Stage.REALISED.words}</h3><strong>([0-9]+)</strong>", page.document)
    assert realised is not None
    assert before <= int(realised[1]) <= registrations_at(await caught_up(watched.sandbox))["realised"]
    assert page.complaints == []


async def test_without_postgres_the_view_says_so_and_goes_on(watched: Onboarding) -> None:
    await compared(watched, alike)
    with watched.sandbox.away("postgres"):
        await compared(watched, lambda found: found["silent_since_ms"] is not None)
        assert "Postgres does not answer" in (await seen(watched.sandbox, "/") or "")
        assert (await caught_up(watched.sandbox))["registrations"]
    await compared(watched, alike)


async def test_the_views_role_may_read_what_the_timeline_heard_and_nothing_else(watched: Onboarding) -> None:
    connection = await asyncpg.connect(watched.sandbox.service_url(MONITOR))
    try:
        await connection.fetch("select key, entries from timeline.heard limit 1")
        for table in ("timeline.state", "timeline.journal", "intake.state", "notifier.effect", "operations.action"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"select from {table} limit 1")
        await connection.execute("set default_transaction_read_only = off")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("delete from timeline.heard")
    finally:
        await connection.close()
