"""Every scenario on Kafka, Postgres, SMTP and Keylane's simulator, but those whose days nobody can let pass."""

import asyncio
from collections.abc import Awaitable, Iterable
from itertools import groupby

import pytest
from onboarding import Onboarding
from scenarios.files import SCENARIOS, Told
from scenarios.player import Player
from world_on_sandbox import WorldOnSandbox, come_to_rest

PLAYED = [(number, told) for number, told in enumerate(SCENARIOS) if told.scenario.in_memory_only is None]
FILES = {name: list(played) for name, played in groupby(PLAYED, key=lambda one: one[1].path.stem)}


async def all_of(parts: Iterable[Awaitable[None]]) -> None:
    """At the same time, each to its end; all that went wrong is told."""
    errors = [one for one in await asyncio.gather(*parts, return_exceptions=True) if isinstance(one, Exception)]
    if errors:
        raise ExceptionGroup("not as it is told", errors)


@pytest.mark.parametrize("played", FILES.values(), ids=FILES)
async def test_a_page_s_scenarios_go_for_real_as_they_are_told(
    played: list[tuple[int, Told]], onboarding: Onboarding
) -> None:
    worlds = [WorldOnSandbox(onboarding, number) for number, _ in played]
    players = [Player(world, told) for world, (_, told) in zip(worlds, played, strict=True)]
    await all_of(player.play() for player in players)
    await come_to_rest(onboarding, worlds)
    await all_of(player.nothing_more() for player in players)
