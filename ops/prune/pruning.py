"""One service's journal counted and pruned, stretch by stretch, at a pace that leaves the database to the workers."""

from collections.abc import Callable, Sequence
from datetime import datetime

import click

from ops.actions.action import Change, Deed, record_actions
from ops.prune.plan import JournalPlan, rows
from ops.replay.plan import duration
from ops.servers.administrator import Database
from stream.clock import Clock
from stream.postgres_prune import Pruner, Stretch

TELL_S = 2.0


class Pruning:
    """One command's work on one journal. `gone` counts the rows that went."""

    def __init__(self, database: Database, clock: Clock, service: str, before: datetime) -> None:
        self._database = database
        self._clock = clock
        self._service = service
        self._before = before
        self._pruner = Pruner(database, service, before)
        self._stretches: Sequence[Stretch] = ()
        self.gone = 0

    async def plan(self) -> JournalPlan:
        """Read the journal once, and count."""
        self._stretches = await self._pruner.begin()
        tell = self._teller("read")
        counted = []
        for done, stretch in enumerate(self._stretches, 1):
            counted.append(await self._pruner.count(stretch))
            tell(done)
        return JournalPlan(
            service=self._service,
            before=self._before,
            rows=sum(one.rows for one in counted),
            to_go=sum(one.to_go for one in counted),
            oldest_left=min((one.oldest_left for one in counted if one.oldest_left is not None), default=None),
            journal_bytes=await self._database.fetchval(_BYTES.format(schema=self._service)),
            pruned_up_to=await self._pruner.pruned_up_to(),
        )

    async def run(self, plan: JournalPlan, why: str) -> None:
        """Draw the line, then let go of what lies before it.

        Raises:
            ClickException: another command prunes this journal now.
        """
        if not await self._pruner.lock():
            raise click.ClickException(
                f"{self._service} is being pruned by another command; nothing was changed by this"
            )
        try:
            await self._draw_line(plan, why)
            await self._remove()
        finally:
            await self._pruner.unlock()

    async def _draw_line(self, plan: JournalPlan, why: str) -> None:
        known = plan.model_dump(mode="json")
        before = {name: known[name] for name in ("rows", "journal_bytes", "pruned_up_to")}
        after = {name: known[name] for name in ("to_go", "before")}
        async with self._database.transaction():
            await self._pruner.draw_line()
            await record_actions(
                self._database, Deed.PRUNE, why, [Change(self._service, "journal", None, before, after)]
            )

    async def _remove(self) -> None:
        tell = self._teller("pruned")
        for done, stretch in enumerate(self._stretches, 1):
            begun = self._clock.monotonic()
            self.gone += await self._pruner.prune(stretch)
            # Half of the time at most is ours, however slow the database is.
            await self._clock.sleep(self._clock.monotonic() - begun)
            tell(done)

    def _teller(self, word: str) -> Callable[[int], None]:
        """Say now and then how far it is, and how long it will take."""
        begun = told = self._clock.monotonic()
        total = len(self._stretches)

        def tell(done: int) -> None:
            nonlocal told
            now = self._clock.monotonic()
            if now - told < TELL_S:
                return
            told = now
            left_s = (now - begun) / done * (total - done)
            gone = f", {rows(self.gone)} went" if self.gone else ""
            click.echo(
                f"{self._service}: {done * 100 // total}% {word}{gone}, about {duration(left_s)} to go", err=True
            )

        return tell


# The schema is a service's name, never a value.
_BYTES = "select pg_total_relation_size('{schema}.journal')"
