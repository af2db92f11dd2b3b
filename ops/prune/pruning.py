"""Counts and prunes one service's journal, in small stretches, at a pace that leaves the database to the workers."""

from collections.abc import Sequence
from datetime import datetime

import click

from ops.actions.action import Change, Deed, record_actions
from ops.prune.plan import JournalPlan
from ops.servers.administrator import Database, of_service
from ops.terminal.counted import counted
from ops.terminal.telling import Telling
from stream.clock import Clock
from stream.postgres_prune import Pruner, Stretch


class Pruning:
    """One command's work on one journal. `gone` counts the removed rows."""

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
        telling = Telling(self._clock)
        counted = []
        for done, stretch in enumerate(self._stretches, 1):
            counted.append(await self._pruner.count(stretch))
            self._tell(telling, "read", done)
        return JournalPlan(
            service=self._service,
            before=self._before,
            rows=sum(one.rows for one in counted),
            to_go=sum(one.to_go for one in counted),
            oldest_left=min((one.oldest_left for one in counted if one.oldest_left is not None), default=None),
            journal_bytes=await self._database.fetchval(of_service(_BYTES, self._service)),
            pruned_up_to=await self._pruner.pruned_up_to(),
        )

    async def run(self, plan: JournalPlan, why: str) -> None:
        """Store up to when it is pruned, and then remove the entries before that.

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
        telling = Telling(self._clock)
        for done, stretch in enumerate(self._stretches, 1):
            begun = self._clock.monotonic()
            self.gone += await self._pruner.prune(stretch)
            # Half of the time at most is ours, however slow the database is.
            await self._clock.sleep(self._clock.monotonic() - begun)
            self._tell(telling, "pruned", done)

    def _tell(self, telling: Telling, word: str, done: int) -> None:
        if telling.is_due():
            total = len(self._stretches)
            gone = f", {counted(self.gone, 'row')} went" if self.gone else ""
            to_go = telling.to_go(done, total - done)
            click.echo(f"{self._service}: {done * 100 // total}% {word}{gone}, {to_go}", err=True)


_BYTES = "select pg_total_relation_size('{schema}.journal')"
