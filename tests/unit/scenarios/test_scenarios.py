"""Every scenario in memory, where the clock is given and each date is exact."""

import pytest
from scenarios.files import SCENARIOS, Told
from scenarios.player import Player
from world_in_memory import WorldInMemory


@pytest.mark.parametrize("told", SCENARIOS, ids=str)
async def test_the_scenario_goes_as_it_is_told(told: Told) -> None:
    world = WorldInMemory(told.scenario.given.today)
    await world.start()
    player = Player(world, told)
    await player.play()
    await player.nothing_more()
