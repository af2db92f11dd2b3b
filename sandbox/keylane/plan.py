"""What will be said because of a request: decided once, with ids and bytes. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sandbox.keylane.request import Request
from sandbox.keylane.script import Script, Step, Steps
from schemas import codec
from schemas.envelope import Envelope, Header
from schemas.events import ProvisioningReported
from schemas.flow import LANES
from schemas.values import Finding
from stream.lane import lane_of

SOURCE = "urn:keylane:provisioning"
TOPIC = ProvisioningReported.name

NOT_OPENED = (Step(report="customer_action_needed", findings=(Finding(code="CREDENTIALS_INVALID"),)),)
"""A token that does not open, or was sealed for something else: the customer has to give the credentials again."""


class Occasion(NamedTuple):
    """Why something is reported, by source and id, and about what."""

    source: str
    id: str
    subject: str
    connection: int
    cycle: int
    correlation: str | None
    lane: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """One publication. `key` names it in the record; a cancellation takes it back unless `despite_cancellation`."""

    key: str
    due_at: datetime
    subject: str
    lane: int
    headers: tuple[Header, ...]
    value: bytes
    connection: int
    cycle: int
    despite_cancellation: bool


def answers(request: Request, script: Script) -> tuple[Report, ...]:
    """Every publication that this request leads to, in the order of the script."""
    occasion = Occasion(
        source=request.source,
        id=request.id,
        subject=request.subject,
        connection=request.connection,
        cycle=request.cycle,
        correlation=request.correlation,
        lane=request.lane,
        at=request.received_at,
    )
    steps = script.steps(request.subject, request.connection) if request.opened else NOT_OPENED
    return tuple(_reports(occasion, steps, early=False))


def early_reports(script: Script, now: datetime) -> tuple[Report, ...]:
    """What the script has Keylane say without having been asked."""
    return tuple(
        report
        for subject, connection, steps in script.early()
        for report in _reports(
            Occasion("script", f"{subject}/{connection}", subject, connection, 1, None, lane_of(subject, LANES), now),
            steps,
            early=True,
        )
    )


def _reports(occasion: Occasion, steps: Steps, *, early: bool) -> Iterator[Report]:
    for number, step in enumerate(steps):
        is_meant = step.early == early and step.cycle in (None, occasion.cycle)
        for repetition in range(step.times if is_meant else 0):
            yield _report(occasion, step, number, repetition)


def _report(occasion: Occasion, step: Step, number: int, repetition: int) -> Report:
    due_at = occasion.at + timedelta(seconds=step.after_s)
    said = (occasion.source, occasion.id, str(number), str(repetition if step.new_id else 0))
    event = ProvisioningReported(
        connection=occasion.connection,
        cycle=max(1, occasion.cycle + step.cycle_offset),
        report=step.report,
        reported_at=due_at,
        findings=step.findings,
        first_exchange_on=step.first_exchange_on,
    )
    envelope = Envelope(
        id=f"KL-{sha256(':'.join(said).encode()).hexdigest()[:24]}",
        source=SOURCE,
        name=TOPIC,
        version=event.version,
        subject=occasion.subject,
        time=due_at,
        causation=occasion.id if occasion.correlation else None,
        correlation=occasion.correlation,
    )
    headers, value = codec.encode(envelope, event)
    key = "\n".join((*said[:3], str(repetition)))
    return Report(
        key=key,
        due_at=due_at,
        subject=occasion.subject,
        lane=occasion.lane,
        headers=headers,
        value=value,
        connection=occasion.connection,
        cycle=occasion.cycle,
        despite_cancellation=step.despite_cancellation,
    )
