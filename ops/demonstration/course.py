"""One performance: everything is sent, a service is killed, policies come later, until all have reached their end."""

import asyncio
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ops.administrator import Database
from ops.demonstration.cast import Part
from ops.demonstration.scenario import POLICIES_LATER
from ops.demonstration.screen import Scene, Screen
from ops.evidence import realised_links
from ops.parked_row import ParkedRow
from ops.parked_rows import parked_rows
from ops.registration import RegistrationView
from ops.registrations import registrations
from ops.stage import Stage
from sandbox.running import RunningSandbox
from services.enrichment.policies import load_file

POLL_S = 0.1
PARKED_MAX = 50
KILLED = "provisioning"

_AT_KEYLANE = frozenset({Stage.REQUESTED, Stage.ACCEPTED_BY_KEYLANE, Stage.CUSTOMER_ACTION_NEEDED, Stage.REALISED})


@dataclass(frozen=True, slots=True)
class Situation:
    """What the services know now of the parts, in their order; `killed` and `revived` are process ids."""

    now: datetime
    parts: Sequence[Part]
    views: Sequence[RegistrationView]
    parked: Sequence[ParkedRow]
    killed: int | None = None
    revived: int | None = None

    def missing(self) -> list[str]:
        """What has not happened yet, a line each."""
        lines = [line for part, view in zip(self.parts, self.views, strict=True) for line in _missing(part, view)]
        if not any(row.registration is None for row in self.parked):
            lines.append("the record that is no JSON is not parked")
        if self.revived is None:
            lines.append(f"{KILLED} was not killed and started again")
        return lines


def _missing(part: Part, view: RegistrationView) -> list[str]:
    name = f"{view.reference} {view.company_name}"
    lines = []
    if view.stage is not part.scenario.ends or view.blocked:
        lines.append(f"{name} stands at {view.stage.words}, not at {part.scenario.ends.words}")
    if view.stage.ended and len(view.mails) < part.mails_min:
        lines.append(f"{name} has {len(view.mails)} mails planned, not {part.mails_min}")
    lines += [f"{name}: mail {mail.kind} is {mail.status}" for mail in view.mails if mail.status != "sent"]
    return lines


class Course:
    """Watches the parts until all have reached their end, and does to the flow what the demo is to show."""

    def __init__(self, sandbox: RunningSandbox, database: Database, parts: Sequence[Part], screen: Screen) -> None:
        self._sandbox = sandbox
        self._database = database
        self._parts = parts
        self._screen = screen
        self._killed: int | None = None
        self._revived: int | None = None
        self._policies_loaded = False

    async def run(self, *, deadline_s: float) -> Situation:
        """The situation once nothing is missing, or at the deadline."""
        deadline = time.monotonic() + deadline_s
        while True:
            situation = await self.look()
            if not situation.missing() or time.monotonic() > deadline:
                return situation
            await self._interfere(situation)
            await asyncio.sleep(POLL_S)

    async def look(self) -> Situation:
        """What there is now, shown on the screen."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True):
            now: datetime = await self._database.fetchval("select now()")
            known = await registrations(self._database, [part.registration for part in self._parts])
            parked = await parked_rows(self._database, limit=PARKED_MAX)
            realised = await realised_links(self._database)
        found = {view.registration: view for view in known}
        views = [found.get(part.registration) or part.sent(now) for part in self._parts]
        expected = [link for part in self._parts for link in part.expected]
        self._screen.show(Scene(now, views, len(realised.intersection(expected)), len(expected)))
        return Situation(now, self._parts, views, parked, self._killed, self._revived)

    async def _interfere(self, situation: Situation) -> None:
        stages = {view.stage for view in situation.views}
        if self._killed is None and stages & _AT_KEYLANE:
            self._killed = self._sandbox.send(KILLED, signal.SIGKILL)
            self._screen.note(f"{KILLED} is killed with SIGKILL (process {self._killed})")
        elif self._killed is not None and self._revived is None:
            self._see_revived(self._sandbox.pid(KILLED))
        if not self._policies_loaded and {Stage.AWAITING_POLICY, Stage.REALISED} <= stages:
            self._policies_loaded = True
            await load_file(self._database, POLICIES_LATER)
            self._screen.note("the policy that was waited for is loaded")

    def _see_revived(self, pid: int | None) -> None:
        if pid not in {None, self._killed}:
            self._revived = pid
            self._screen.note(f"{KILLED} was started again by its supervisor (process {pid})")
