import asyncio
import random
import signal
from collections.abc import Sequence
from contextlib import suppress

import pytest
from forms import loket_form
from onboarding import SOURCE, Effect, Onboarding, form_record

from sandbox.errors import NotRunningError
from schemas.ids import registration_id
from stream.clock import SystemClock

pytestmark = pytest.mark.sandbox

REGISTRATIONS = 200
KILLS = 25
KILL_EVERY_S = (0.2, 1.2)
OUTSIDE_THE_SENDER = ("intake", "enrichment", "provisioning", "keylane")


async def kill_at_random(onboarding: Onboarding, names: Sequence[str], chance: random.Random) -> int:
    clock = SystemClock()
    kills = 0
    while kills < KILLS:
        await clock.sleep(chance.uniform(*KILL_EVERY_S))
        with suppress(NotRunningError, ProcessLookupError):
            onboarding.sandbox.send(chance.choice(names), signal.SIGKILL)
            kills += 1
    return kills


async def publish_meanwhile(onboarding: Onboarding, forms: dict[str, dict[str, object]], seconds: float) -> list[str]:
    await onboarding.load_policies(list(forms.values()))
    submissions = list(forms)
    for start in range(0, len(submissions), 10):
        chunk = submissions[start : start + 10]
        await onboarding.publish([form_record(submission, forms[submission]) for submission in chunk])
        await SystemClock().sleep(seconds * 10 / len(submissions))
    return [registration_id(SOURCE, submission) for submission in submissions]


async def run_with_kills(onboarding: Onboarding, names: Sequence[str], seed: int) -> list[Effect]:
    forms = {f"kills-{seed}-{n}": loket_form(seed * 1000 + n) for n in range(REGISTRATIONS)}
    killing = kill_at_random(onboarding, names, random.Random(seed))
    registrations, kills = await asyncio.gather(publish_meanwhile(onboarding, forms, 15), killing)
    assert kills == KILLS
    effects = await onboarding.settled(registrations, REGISTRATIONS, deadline_s=150)
    confirmed = sorted((effect.registration, effect.kind, effect.occasion) for effect in effects)
    assert confirmed == sorted((registration, "link-realised", "connection 1") for registration in registrations)
    return effects


async def test_every_connection_is_confirmed_once_or_visibly_uncertain_whatever_is_killed(
    onboarding: Onboarding,
) -> None:
    effects = await run_with_kills(onboarding, (*OUTSIDE_THE_SENDER, "notifier"), seed=1)
    mails = onboarding.mails(effects)
    assert {effect.status for effect in effects} <= {"SENT", "UNCERTAIN"}
    assert [effect.id for effect in effects if effect.status == "SENT" and len(mails[effect.id]) != 1] == []
    assert [effect.id for effect in effects if len(mails[effect.id]) > 1] == []


async def test_every_confirmation_arrives_when_only_others_than_the_sender_are_killed(onboarding: Onboarding) -> None:
    effects = await run_with_kills(onboarding, OUTSIDE_THE_SENDER, seed=2)
    mails = onboarding.mails(effects)
    assert {effect.status for effect in effects} == {"SENT"}
    assert {len(found) for found in mails.values()} == {1}
