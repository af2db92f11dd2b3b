from forms import loket_form
from onboarding import MAILS_EACH, Onboarding

from stream.clock import SystemClock

SMTP_AWAY_S = 20


async def confirmed(onboarding: Onboarding, registrations: list[str]) -> bool:
    effects = await onboarding.settled(registrations, MAILS_EACH * len(registrations), deadline_s=90)
    mails = onboarding.mails(effects)
    return {effect.status for effect in effects} == {"SENT"} and {len(found) for found in mails.values()} == {1}


async def test_without_a_mail_server_nothing_is_lost_and_no_lane_stalls(onboarding: Onboarding) -> None:
    forms = {f"smtp-away-{n}": loket_form(20_000 + n) for n in range(20)}
    with onboarding.sandbox.away("mailbox"):
        registrations = await onboarding.submit(forms)
        await SystemClock().sleep(SMTP_AWAY_S)
        planned = await onboarding.effects(registrations)
        assert len(planned) == MAILS_EACH * len(registrations)
        assert "SENT" not in {effect.status for effect in planned}
    assert await confirmed(onboarding, registrations)
