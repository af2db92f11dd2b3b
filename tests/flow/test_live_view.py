"""The live view beside the real flow: what it says is right, whatever became of it meanwhile."""

import asyncio
import json
import signal
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest
from forms import loket_form
from onboarding import Onboarding, form_record

from sandbox.running import RunningSandbox
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox
from sandbox.waiting import until
from schemas.events import RegistrationStuck

MONITOR = "monitor"
KILLS = 10
FORMS_BEFORE_EACH = 2
BACK_S_MAX = 60.0
IMPATIENT = {
    "KOPPELING_SILENCE_S": '{"awaiting_policy": 1}',
    "KOPPELING_ALERT_S": "0.5",
    "KOPPELING_LOOK_S": "0.5",
}


@pytest.fixture(scope="module")
def watched() -> Iterator[Onboarding]:
    """A flow of which nobody knows anything yet, watched by a view that loses its patience after a second."""
    with throwaway_sandbox(SandboxSettings(environment={MONITOR: IMPATIENT})) as running:
        yield Onboarding(running)


def registrations_at(picture: dict[str, Any]) -> dict[str, int]:
    return {column["stage"]: column["registrations"] for column in picture["columns"] if column["registrations"]}


async def seen(sandbox: RunningSandbox, path: str = "/picture.json") -> str | None:
    """What the view answers; None while there is nobody to answer."""
    (url,) = sandbox.endpoints().health[MONITOR]
    try:
        return await asyncio.to_thread(_read, url + path)
    except OSError:
        return None


def _read(url: str) -> str:
    with urlopen(url, timeout=5) as answer:  # noqa: S310 -- the sandbox's own address
        return str(answer.read().decode())


async def caught_up(sandbox: RunningSandbox) -> dict[str, Any]:
    """The picture once the view says that it knows everything."""

    async def ask() -> dict[str, Any] | None:
        answer = await seen(sandbox)
        picture = json.loads(answer) if answer else {}
        return picture if picture.get("ready") and not picture["waiting"] else None

    return await until(ask, deadline_s=BACK_S_MAX, missing="the live view has not caught up")


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

    picture = await caught_up(watched.sandbox)

    assert registrations_at(picture)["realised"] == before + len(registrations)
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
