"""The brake on the real sandbox."""

from dataclasses import replace
from random import Random

import pytest
from forms import loket_form
from onboarding import Onboarding, Raw

from faults.fuzz import garbage
from sandbox.settings import SandboxSettings
from sandbox.throwaway import throwaway_sandbox
from sandbox.waiting import until
from schemas.flow import LANES

pytestmark = pytest.mark.sandbox

NEWER = "newer versions"


def made(kind: str, count: int, seed: int = 1) -> list[Raw]:
    rng = Random(seed)
    make = garbage.KINDS[kind]
    records = [make(rng, f"flood-{kind}-{n}".replace(" ", "-"), loket_form(70_000)) for n in range(count)]
    return [Raw(r.key, r.value, list(r.headers), rng.randrange(LANES)) for r in records]  # type: ignore[arg-type]


async def test_a_release_that_can_not_read_what_comes_stays_stopped_over_restarts_and_loses_nothing() -> None:
    with throwaway_sandbox(SandboxSettings()) as running:
        alone = Onboarding(running)
        await alone.publish([replace(record, partition=3) for record in made(NEWER, 12)])

        async def ask() -> bool:
            log = running.state.log("intake").read_text()
            return log.count("BrakePulled") >= 3

        await until(ask, deadline_s=120, missing="intake does not stop again and again")
        pulled = await alone.query("select reason, released_at from intake.brake")
        assert [row["released_at"] for row in pulled] == [None]
        assert await alone.query("select from intake.journal where outcome <> 'park'") == []
        assert len(await alone.query("select from intake.journal")) < 10
