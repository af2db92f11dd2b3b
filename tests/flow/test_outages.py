from forms import loket_form
from onboarding import DONE, MAILS_EACH, Onboarding

from sandbox.extra_worker import sent_away, worker
from sandbox.waiting import until
from stream.clock import SystemClock

CLAIM_S = 1.5
"""A claim that nobody renews is over after that."""
FORMS = 20


async def all_planned(onboarding: Onboarding, registrations: list[str]) -> None:
    async def ask() -> bool:
        return len(await onboarding.effects(registrations)) == MAILS_EACH * FORMS

    await until(ask, deadline_s=60, missing="a lane has stalled")


async def confirmed(onboarding: Onboarding, registrations: list[str]) -> bool:
    effects = await onboarding.settled(registrations, MAILS_EACH * FORMS, deadline_s=90)
    mails = onboarding.mails(effects)
    return {effect.status for effect in effects} == {"SENT"} and {len(found) for found in mails.values()} == {1}


async def test_without_a_mail_server_nothing_is_lost_and_no_lane_stalls(onboarding: Onboarding) -> None:
    forms = {f"smtp-away-{n}": loket_form(20_000 + n) for n in range(FORMS)}
    with sent_away(onboarding.sandbox, "notifier"), worker(onboarding.sandbox, "notifier", claim_s=CLAIM_S):
        with onboarding.sandbox.away("mailbox"):
            registrations = await onboarding.submit(forms)
            await all_planned(onboarding, registrations)
            await SystemClock().sleep(2 * CLAIM_S)
            statuses = [effect.status for effect in await onboarding.effects(registrations)]
            assert len(statuses) == MAILS_EACH * FORMS
            assert not set(DONE) & set(statuses)
        assert await confirmed(onboarding, registrations)
