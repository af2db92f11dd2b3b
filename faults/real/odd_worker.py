"""`python -m faults.real.odd_worker`: a worker put together in another way than a service does it.

KOPPELING_ODD says how. `jumping`: KOPPELING_ODD_SERVICE with a wall clock that jumps. `old`: intake as it was when
RegistrationSubmitted had its second version. `flawed`: an enrichment that cannot decide anything.
"""

import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from types import ModuleType
from typing import Any, get_type_hints

from schemas.event import Event
from schemas.events import RegistrationSubmitted
from schemas.events.registration_submitted import RegistrationSubmittedV2
from services.enrichment.__main__ import build as build_enrichment
from services.enrichment.settings import EnrichmentSettings
from services.intake.decide import service
from services.intake.settings import IntakeSettings
from stream.clock import SystemClock
from stream.run import Deployment, main
from stream.service import Case, Emit, Outcome
from stream.settings import Settings

_JUMP = timedelta(hours=1)
_EVERY_S = 1.0


class JumpingClock(SystemClock):
    """The machine's clocks, but that the wall clock is set an hour ahead, back, an hour behind, and back, by turns."""

    def now(self) -> datetime:
        """Say the time, rightly or not."""
        turn = int(self.monotonic() / _EVERY_S) % 4
        return super().now() + (timedelta(), _JUMP, timedelta(), -_JUMP)[turn]


def second_version(event: Event) -> Event:
    """The event in its second version; as it is, if that version cannot say the same."""
    if not isinstance(event, RegistrationSubmitted):
        return event
    written = event.registration.model_dump(mode="json")
    identifiers = {one["name"]: one["value"] for one in written.pop("identifiers")}
    data = {"registration": {**written, "client_id": identifiers.get("client_id")}, "cycle": event.cycle}
    before = RegistrationSubmittedV2.from_json(json.dumps(data).encode())
    return before if before.upcast().upcast().upcast() == event else event


async def _old_intake(settings: IntakeSettings) -> Deployment:
    intake = service(settings.terms())

    def decide_as_before(case: Case[None]) -> Outcome:
        outcome = intake.decide(case)
        if not isinstance(outcome, Emit):
            return outcome
        return replace(outcome, events=tuple(second_version(event) for event in outcome.events))

    return Deployment(replace(intake, decide=decide_as_before))


async def _flawed_enrichment(settings: EnrichmentSettings) -> Deployment:
    deployment = await build_enrichment(settings)
    return replace(deployment, service=replace(deployment.service, decide=_undecided))


def _undecided(case: Case[Any]) -> Outcome:
    raise KeyError(case.envelope)


def _jumping(root: ModuleType) -> Callable[[Any], Awaitable[Deployment]]:
    build: Callable[[Any], Awaitable[Deployment]] = root.build

    async def jumping(settings: Settings) -> Deployment:
        # A notifier's root makes the clock of the sender itself.
        setattr(root, SystemClock.__name__, JumpingClock)
        return replace(await build(settings), clock=JumpingClock())

    return jumping


if __name__ == "__main__":
    if os.environ["KOPPELING_ODD"] == "old":
        main(_old_intake, IntakeSettings)
    if os.environ["KOPPELING_ODD"] == "flawed":
        main(_flawed_enrichment, EnrichmentSettings)
    root = import_module(f"services.{os.environ['KOPPELING_ODD_SERVICE']}.__main__")
    main(_jumping(root), get_type_hints(root.build)["settings"])
