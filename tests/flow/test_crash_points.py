"""A worker dies by SIGKILL right after each of its steps; the next one finishes what it left, once."""

import signal
from collections.abc import Iterator

import pytest
from consumer_group import all_committed, uncommitted
from forms import loket_form
from onboarding import CONFIRMATION, MAILS_EACH, RECEIPT, Onboarding

from sandbox.extra_worker import exit_code, sent_away, worker
from stream.step import Step

STEPS = list(Step)


@pytest.fixture(scope="module", autouse=True)
def _nobody_else(onboarding: Onboarding) -> Iterator[None]:
    with sent_away(onboarding.sandbox, "intake"):
        yield


async def event_ids(onboarding: Onboarding, registration: str) -> set[bytes]:
    """Repeats of one event count once: whoever reads them knows it by its id."""
    records = await onboarding.said("registration-submitted", registration)
    return {value for record in records for name, value in record.headers if name == "ce_id"}


async def is_in_the_journal(onboarding: Onboarding, registration: str) -> bool:
    return bool(await onboarding.query("select from intake.journal where subject = $1", registration))


@pytest.mark.parametrize("step", STEPS)
async def test_what_a_worker_that_died_after_a_step_left_is_finished_by_the_next_one(
    step: Step, onboarding: Onboarding
) -> None:
    (registration,) = await onboarding.submit({f"dies-after-{step}": loket_form(40_000 + STEPS.index(step))})
    with worker(onboarding.sandbox, "intake", crash_at=step) as dying:
        assert await exit_code(dying) == -signal.SIGKILL
    assert await is_in_the_journal(onboarding, registration) is (STEPS.index(step) >= STEPS.index(Step.RECORD))
    before = await event_ids(onboarding, registration)
    assert bool(before) is (STEPS.index(step) >= STEPS.index(Step.PUBLISH))
    assert await uncommitted(onboarding, "intake") == (STEPS.index(step) < STEPS.index(Step.COMMIT))
    with worker(onboarding.sandbox, "intake"):
        effects = await onboarding.settled([registration], MAILS_EACH)
        await all_committed(onboarding, "intake")
    told = [(f"{effect.kind} {effect.occasion}", effect.status) for effect in effects]
    assert told == [(CONFIRMATION, "SENT"), (RECEIPT, "SENT")]
    assert [len(mails) for mails in onboarding.mails(effects).values()] == [1, 1]
    after = await event_ids(onboarding, registration)
    assert len(after) == 1
    assert before <= after
