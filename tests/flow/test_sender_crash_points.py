"""The notifier dies by SIGKILL around a mail; the next one finishes, and a mail that may be out is never sent again."""

import signal
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from forms import loket_form
from onboarding import Effect, Onboarding

from sandbox.extra_worker import exit_code, sent_away, worker
from services.notifier.settings import SENDER_CRASH_POINTS

WHILE_IT_LIVES = {"claim_s": 60}
"""A dying worker leaves alone what another one has claimed."""
SOON_SURE = {"claim_s": 1.5, "smtp_timeout_s": 1}
"""A claim goes back after 1.5 s, and a body that was begun is given up after 3.5 s."""


class Left(NamedTuple):
    """What the dead worker leaves in ledger and mailbox, and what the next one makes of the ledger's row."""

    status: str
    mails: int
    then: str


POINTS = {
    "claim": Left("CLAIMED", 0, "SENT"),
    "body_started": Left("BODY_STARTED", 0, "UNCERTAIN"),
    "data": Left("BODY_STARTED", 1, "UNCERTAIN"),
    "sent": Left("SENT", 1, "SENT"),
}


@pytest.fixture(scope="module")
def _nobody_else(onboarding: Onboarding) -> Iterator[None]:
    with sent_away(onboarding.sandbox, "notifier"):
        yield


async def is_to_be_said(onboarding: Onboarding, effect: Effect) -> bool:
    """Whether a row of the queue waits for the next worker to say that the mail is sent."""
    return bool(await onboarding.query("select from notifier.redelivery where id = $1", effect.id))


@pytest.mark.usefixtures("_nobody_else")
@pytest.mark.parametrize("point", POINTS)
async def test_a_mail_whose_sender_died_is_sent_once_or_visibly_uncertain(point: str, onboarding: Onboarding) -> None:
    left = POINTS[point]
    number = list(POINTS).index(point)
    # A form that is refused leads to one mail, and to no other.
    form = loket_form(41_000 + number, thirteenth_month=1)
    (registration,) = await onboarding.submit({f"sender-dies-after-{point}": form})
    with worker(onboarding.sandbox, "notifier", crash_at=point, **WHILE_IT_LIVES) as dying:
        assert await exit_code(dying) == -signal.SIGKILL
    (effect,) = await onboarding.effects([registration])
    assert effect.status == left.status
    assert len(onboarding.mails([effect])[effect.id]) == left.mails
    assert await is_to_be_said(onboarding, effect) == (left.status == "SENT")
    with worker(onboarding.sandbox, "notifier", **SOON_SURE):
        (effect,) = await onboarding.settled([registration], 1)
        said = await onboarding.notified(registration)
    assert effect.status == left.then
    assert len(said) == (left.then == "SENT")
    assert len(onboarding.mails([effect])[effect.id]) == (1 if left.then == "SENT" else left.mails)


def test_every_crash_point_of_the_sender_has_a_kill_test() -> None:
    assert set(POINTS) == set(SENDER_CRASH_POINTS)
