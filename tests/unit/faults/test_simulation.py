import subprocess
import sys
from random import Random

import pytest

from faults.simulation.campaign import play
from faults.simulation.process import Parts
from faults.simulation.trial import simulate
from faults.simulation.world import World
from stream.step import Step

pytestmark = pytest.mark.long

SEEDS = range(20)
SENDER_STEPS = ("claim", "body_started", "data", "sent")


def test_whatever_goes_wrong_nothing_is_lost_and_nothing_is_done_twice() -> None:
    campaign = play(SEEDS)
    assert list(campaign.problems()) == []
    assert (campaign.lost, campaign.double) == (0, 0)
    assert all(campaign.tally.steps[step] >= len(SEEDS) for step in (*Step, *SENDER_STEPS))


@pytest.mark.parametrize("seed", [3, 7])
def test_a_seed_is_the_same_story_to_the_last_call_in_another_interpreter(seed: int) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "faults.simulation", "--seed", str(seed)], capture_output=True, text=True, check=True
    )
    assert f"trace {simulate(seed).tally.trace:08x}" in said.stdout


def test_another_seed_is_another_story() -> None:
    assert simulate(3).tally.trace != simulate(4).tally.trace


def test_the_timeline_takes_part_in_about_one_seed_of_four() -> None:
    worlds = [World(Random(seed), Parts(), None) for seed in range(200)]
    assert 30 < sum("timeline" in world.databases for world in worlds) < 70
    assert all(len(world.databases) in (4, 5) for world in worlds)
    alone = (World(Random(seed), Parts(), "older database") for seed in range(20))
    assert all("timeline" in world.databases for world in alone)
