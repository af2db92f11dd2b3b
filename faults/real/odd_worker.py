"""`python -m faults.real.odd_worker`: a worker put together in another way than a service does it.

KOPPELING_ODD says how. `jumping`: KOPPELING_ODD_SERVICE with a wall clock that jumps. `old`: intake as it was when
RegistrationSubmitted had its first version.
"""

import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, get_type_hints

from schemas.event import Event
from schemas.events import RegistrationSubmitted, RegistrationSubmittedV1
from schemas.values import Registration
from services.intake.decide import SERVICE
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


def _first_version(event: Event) -> Event:
    """What the service said then; it had no words for several DGAs."""
    if not isinstance(event, RegistrationSubmitted) or len(event.registration.dgas) > 1:
        return event
    fields = {name: getattr(event.registration, name) for name in Registration.model_fields if name != "dgas"}
    return RegistrationSubmittedV1(**fields, dga=next(iter(event.registration.dgas), None), cycle=event.cycle)


def _decide_as_before(case: Case[None]) -> Outcome:
    outcome = SERVICE.decide(case)
    if not isinstance(outcome, Emit):
        return outcome
    return replace(outcome, events=tuple(_first_version(event) for event in outcome.events))


async def _old_intake(settings: Settings) -> Deployment:
    del settings
    return Deployment(replace(SERVICE, decide=_decide_as_before))


def _jumping(build: Callable[[Any], Awaitable[Deployment]]) -> Callable[[Any], Awaitable[Deployment]]:
    async def jumping(settings: Settings) -> Deployment:
        return replace(await build(settings), clock=JumpingClock())

    return jumping


if __name__ == "__main__":
    if os.environ["KOPPELING_ODD"] == "old":
        main(_old_intake, Settings)
    service = os.environ["KOPPELING_ODD_SERVICE"]
    root = import_module(f"services.{service}.__main__")
    main(_jumping(root.build), get_type_hints(root.build)["settings"])
