"""One performance: forms are sent, a service is killed, policies come later, until all parts have reached their end."""

import asyncio
import signal
import time
from collections.abc import Sequence
from datetime import datetime

from ops.demonstration.cast import Part
from ops.demonstration.confirmations import realised_links
from ops.demonstration.players import Players
from ops.demonstration.post import post_no_json
from ops.demonstration.scenario import POLICIES_LATER
from ops.demonstration.screen import Scene, Screen
from ops.demonstration.situation import KILLED, Situation
from ops.parked.rows import parked_rows
from ops.servers.administrator import Database
from ops.story.registrations import registrations
from sandbox.running import RunningSandbox
from services.enrichment.policies import load_file
from services.monitor.stage import Stage

POLL_S = 0.1
PARKED_MAX = 50

_AT_KEYLANE = frozenset({Stage.REQUESTED, Stage.ACCEPTED_BY_KEYLANE, Stage.CUSTOMER_ACTION_NEEDED, Stage.REALISED})


class Course:
    """Watches the parts until all have reached their end, and meanwhile disturbs the services as the demo shows."""

    def __init__(self, sandbox: RunningSandbox, database: Database, parts: Sequence[Part], screen: Screen) -> None:
        self._sandbox = sandbox
        self._database = database
        self._parts = parts
        self._screen = screen
        self._players = Players(sandbox.endpoints(), parts)
        self._sent: frozenset[str] = frozenset()
        self._killed: int | None = None
        self._revived: int | None = None
        self._policies_loaded = False

    async def run(self, *, deadline_s: float) -> Situation:
        """The situation once nothing is missing, or at the deadline."""
        deadline = time.monotonic() + deadline_s
        await post_no_json(self._sandbox.endpoints().kafka.access)
        while True:
            situation = await self._look()
            if not situation.missing() or time.monotonic() > deadline:
                return situation
            await self._act(situation)
            await self._interfere(situation)
            await asyncio.sleep(POLL_S)

    async def _look(self) -> Situation:
        """The situation now; the parts that were sent are shown on the screen."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True):
            now: datetime = await self._database.fetchval("select now()")
            known = await registrations(self._database, [part.registration for part in self._parts])
            parked = await parked_rows(self._database, limit=PARKED_MAX)
            realised = await realised_links(self._database)
        found = {view.registration: view for view in known}
        views = [found.get(part.registration) or part.sent(now) for part in self._parts]
        expected = [link for part in self._parts for link in part.expected]
        shown = [view for view in views if view.registration in self._sent]
        self._screen.show(Scene(now, shown, len(realised.intersection(expected)), len(expected)))
        return Situation(now, self._parts, views, parked, self._killed, self._revived)

    async def _act(self, situation: Situation) -> None:
        if due := self._players.due(situation, self._sent):
            self._sent = self._sent.union(part.registration for part in due)
            await self._look()
            self._note(await self._players.send(due))
        self._note(await self._players.review(situation))

    async def _interfere(self, situation: Situation) -> None:
        stages = {view.stage for view in situation.views}
        if self._killed is None and stages & _AT_KEYLANE:
            self._killed = self._sandbox.send(KILLED, signal.SIGKILL)
            self._note([f"{KILLED} is killed with SIGKILL (process {self._killed})"])
        elif self._killed is not None and self._revived is None:
            self._see_revived(self._sandbox.pid(KILLED))
        if not self._policies_loaded and {Stage.AWAITING_POLICY, Stage.REALISED} <= stages:
            self._policies_loaded = True
            await load_file(self._database, POLICIES_LATER)
            self._note(["the policy that was waited for is loaded"])

    def _see_revived(self, pid: int | None) -> None:
        if pid not in {None, self._killed}:
            self._revived = pid
            self._note([f"{KILLED} was started again by its supervisor (process {pid})"])

    def _note(self, texts: Sequence[str]) -> None:
        for text in texts:
            self._screen.note(text)
