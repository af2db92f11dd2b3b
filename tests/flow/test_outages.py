import asyncio
import signal

import pytest
from forms import loket_form
from onboarding import Onboarding

from stream.clock import SystemClock

pytestmark = pytest.mark.sandbox

SMTP_AWAY_S = 20


async def confirmed(onboarding: Onboarding, registrations: list[str]) -> bool:
    effects = await onboarding.settled(registrations, len(registrations), deadline_s=90)
    mails = onboarding.mails(effects)
    return {effect.status for effect in effects} == {"SENT"} and {len(found) for found in mails.values()} == {1}


async def test_without_a_mail_server_nothing_is_lost_and_no_lane_stalls(onboarding: Onboarding) -> None:
    forms = {f"smtp-away-{n}": loket_form(20_000 + n) for n in range(20)}
    with onboarding.sandbox.away("mailbox"):
        registrations = await onboarding.submit(forms)
        await SystemClock().sleep(SMTP_AWAY_S)
        planned = await onboarding.effects(registrations)
        assert len(planned) == len(registrations)
        assert "SENT" not in {effect.status for effect in planned}
    assert await confirmed(onboarding, registrations)


@pytest.mark.parametrize("process", ["postgres", "kafka"])
async def test_everything_goes_on_by_itself_after_a_kill_of(process: str, onboarding: Onboarding) -> None:
    forms = {f"{process}-killed-{n}": loket_form(21_000 + n + 500 * (process == "kafka")) for n in range(50)}
    sending = asyncio.create_task(onboarding.submit(dict(list(forms.items())[:25])))
    first = await sending
    old = onboarding.sandbox.send(process, signal.SIGKILL)
    await asyncio.to_thread(onboarding.sandbox.wait_restarted, process, old, deadline_s=30)
    second = await submit_when_it_can(onboarding, dict(list(forms.items())[25:]))
    assert await confirmed(onboarding, first + second)


async def submit_when_it_can(onboarding: Onboarding, forms: dict[str, dict[str, object]]) -> list[str]:
    for _ in range(100):
        try:
            return await onboarding.submit(forms)
        except Exception:  # noqa: BLE001 (whatever a client says while the server comes back)
            await SystemClock().sleep(0.3)
    raise TimeoutError("the sandbox takes no forms")
