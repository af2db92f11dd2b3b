"""Workers of one service come, go, die, sleep and wake while forms go through: one effect each."""

import asyncio
import signal
from itertools import count, islice

from consumer_group import all_committed, members
from forms import loket_form
from onboarding import MAILS_EACH, Onboarding

from sandbox.extra_worker import Process, exit_code, sent_away, worker

STOP_S_MAX = 10
SESSION_THAT_OUTLASTS_THE_TEST_MS = 120_000


class Stream:
    """Forms in groups of ten; what came of all of them is looked at in the end."""

    def __init__(self, onboarding: Onboarding, name: str, first: int) -> None:
        self._onboarding = onboarding
        self._name = name
        self._numbers = count(first)
        self.registrations: list[str] = []

    async def ten_more(self) -> None:
        """Publish, and do not wait for anything to become of it."""
        forms = {f"{self._name}-{number}": loket_form(number) for number in islice(self._numbers, 10)}
        self.registrations += await self._onboarding.submit(forms)

    async def has_one_effect_each(self) -> bool:
        """One submitted event by its id, one row of the ledger and one mail for each occasion."""
        effects = await self._onboarding.settled(self.registrations, MAILS_EACH * len(self.registrations))
        mails = self._onboarding.mails(effects)
        assert sorted(effect.registration for effect in effects) == sorted(MAILS_EACH * self.registrations)
        assert {(effect.kind, effect.status, len(mails[effect.id])) for effect in effects} == {
            ("link-realised", "SENT", 1),
            ("registration-received", "SENT", 1),
        }
        await all_committed(self._onboarding, "intake")
        records = await self._onboarding.records("registration-submitted")
        said = {(record.key.decode(), dict(record.headers)["ce_id"]) for record in records}
        return sorted(key for key, _ in said if key in self.registrations) == sorted(self.registrations)


async def test_one_effect_each_while_workers_come_die_sleep_and_wake(onboarding: Onboarding) -> None:
    forms = Stream(onboarding, "scaling", 42_000)
    with worker(onboarding.sandbox, "intake") as second:
        await members(onboarding, "intake", 2)
        await forms.ten_more()
        await forms.ten_more()
        second.kill()
    await forms.ten_more()
    with worker(onboarding.sandbox, "intake") as sleeper:
        await members(onboarding, "intake", 2)
        await forms.ten_more()
        sleeper.send_signal(signal.SIGSTOP)
        await members(onboarding, "intake", 1)
        await forms.ten_more()
        sleeper.send_signal(signal.SIGCONT)
        assert await forms.has_one_effect_each()
        await members(onboarding, "intake", 2)


async def ends_cleanly(process: Process) -> bool:
    process.terminate()
    return await exit_code(process, deadline_s=STOP_S_MAX) == 0


async def test_a_worker_told_to_end_finishes_its_batch_and_hands_its_lanes_over_at_once(
    onboarding: Onboarding,
) -> None:
    forms = Stream(onboarding, "told-to-end", 43_000)
    settings = {"session_timeout_ms": SESSION_THAT_OUTLASTS_THE_TEST_MS}
    with sent_away(onboarding.sandbox, "intake"), worker(onboarding.sandbox, "intake", **settings) as first:
        await members(onboarding, "intake", 1)
        await asyncio.gather(forms.ten_more(), forms.ten_more())
        assert await ends_cleanly(first)
        with worker(onboarding.sandbox, "intake", **settings):
            assert await forms.has_one_effect_each()
