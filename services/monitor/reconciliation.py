"""Going round all registrations, some at a time, and comparing what the view and Postgres know of them.

Never all at once: a statement over everything would take seconds, and hold back the cleaning of busy tables meanwhile.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import asyncpg

from services.monitor.difference import Difference, Reconciled, compared, rows
from services.monitor.stage import Stage
from services.monitor.standing import Standing
from stream.errors import StreamError

AT_ONCE_MAX = 500
"""How many a step takes: of the view's registrations, of those that Postgres alone knows, and of known differences."""
ROUND_STEPS_MIN = 15
"""A round takes so many steps at least: few registrations would be compared over and over, each time at full price."""


class Memory(Protocol):
    """What Postgres knows. Both raise a StreamError, or PostgresError when it refuses."""

    async def after(self, registration: str, limit: int) -> list[str]:
        """The next registrations behind this one, in Postgres's own order; fewer than `limit` at the end."""

    async def stages(self, registrations: Collection[str]) -> Mapping[str, Stage | None]:
        """Where these stand; those of which nothing is known are left out."""


@dataclass
class _Round:
    """`own` are the view's registrations to come, `behind` the last one in Postgres that was seen, None at its end."""

    own: Iterator[str]
    behind: str | None = ""
    compared: int = 0
    steps: int = 0
    whole: bool = False


class Reconciliation:
    """One round after the other, a step at a time."""

    def __init__(self, memory: Memory, standings: Callable[[], Mapping[str, Standing]]) -> None:
        self._memory = memory
        self._standings = standings
        self._differences: dict[str, Difference] = {}
        self._round: _Round | None = None
        self._compared = 0
        self._whole_at_ms: int | None = None
        self._silent_since_ms: int | None = None

    def seen(self, lasting_ms: int, now_ms: int) -> Reconciled:
        """What is known now, with the differences that have lasted for so long."""
        lasting = rows(self._differences, lasting_ms, now_ms)
        return Reconciled(self._compared, self._whole_at_ms, self._silent_since_ms, lasting)

    async def step(self, now_ms: int) -> None:
        """Compare some more. Without an answer the round begins anew; what differed is known still."""
        try:
            await self._compare(self._round or self._begun(), now_ms)
        except (StreamError, asyncpg.PostgresError):
            self._silent_since_ms = self._silent_since_ms or now_ms
            self._round = None
        else:
            self._silent_since_ms = None

    def _begun(self) -> _Round:
        self._round = _Round(iter(list(self._standings())))
        return self._round

    async def _compare(self, one: _Round, now_ms: int) -> None:
        own = list(islice(one.own, AT_ONCE_MAX))
        asked = {*own, *await self._unknown(one), *islice(self._differences, AT_ONCE_MAX)}
        there = await self._memory.stages(asked) if asked else {}
        self._differences = compared(self._differences, self._beside(there, asked), now_ms)
        standings = self._standings()
        # Of some nothing is known but a parked record: the view counts none of these as a registration either.
        one.compared += sum(standings[each].place is not None for each in own if each in standings)
        one.steps += 1
        if not one.whole and len(own) < AT_ONCE_MAX and one.behind is None:
            one.whole = True
            self._compared, self._whole_at_ms = one.compared, now_ms
        if one.whole and one.steps >= ROUND_STEPS_MIN:
            self._round = None

    async def _unknown(self, one: _Round) -> list[str]:
        """Of the next ones in Postgres, those that the view has never heard of."""
        if one.behind is None:
            return []
        found = await self._memory.after(one.behind, AT_ONCE_MAX)
        one.behind = found[-1] if len(found) == AT_ONCE_MAX else None
        standings = self._standings()
        return [registration for registration in found if registration not in standings]

    def _beside(
        self, there: Mapping[str, Stage | None], asked: Collection[str]
    ) -> Iterator[tuple[str, Stage | None, Stage | None]]:
        standings = self._standings()
        for registration in asked:
            standing = standings.get(registration)
            place = standing and standing.place
            yield registration, place and place.stage, there.get(registration)
