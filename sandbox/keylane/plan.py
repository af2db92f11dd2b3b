"""What will be said because of a request: decided once, with ids and bytes. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

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
    steps = script.steps(request.subject, request.connection) if request.opened else NOT_OPENED
    return tuple(_reports(request, steps, early=False))


def early_reports(script: Script, now: datetime) -> tuple[Report, ...]:
    """What the script has Keylane say without having been asked."""
    return tuple(
        report
        for subject, connection, steps in script.early()
        for report in _reports(_unasked(subject, connection, now), steps, early=True)
    )


def _unasked(subject: str, connection: int, now: datetime) -> Request:
    """A stand-in for a request that did not come, for what is said without one."""
    return Request(
        source="script",
        id=f"{subject}/{connection}",
        subject=subject,
        connection=connection,
        cycle=1,
        revision=None,
        correlation=None,
        lane=lane_of(subject, LANES),
        received_at=now,
        opened=True,
    )


def _reports(request: Request, steps: Steps, *, early: bool) -> Iterator[Report]:
    for number, step in enumerate(steps):
        is_meant = step.early == early and step.cycle in (None, request.cycle)
        for repetition in range(step.times if is_meant else 0):
            yield _report(request, step, number, repetition)


def _report(request: Request, step: Step, number: int, repetition: int) -> Report:
    due_at = request.received_at + timedelta(seconds=step.after_s)
    said = (request.source, request.id, str(number), str(repetition if step.new_id else 0))
    event = ProvisioningReported(
        connection=request.connection,
        cycle=max(1, request.cycle + step.cycle_offset),
        report=step.report,
        reported_at=due_at + timedelta(seconds=step.dated_s),
        findings=step.findings,
        first_exchange_on=step.first_exchange_on,
    )
    envelope = Envelope(
        id=f"KL-{sha256(':'.join(said).encode()).hexdigest()[:24]}",
        source=SOURCE,
        name=TOPIC,
        version=event.version,
        subject=request.subject,
        time=due_at,
        causation=request.id if request.correlation else None,
        correlation=request.correlation,
    )
    headers, value = codec.encode(envelope, event)
    key = "\n".join((*said[:3], str(repetition)))
    return Report(
        key=key,
        due_at=due_at,
        subject=request.subject,
        lane=request.lane,
        headers=headers,
        value=value,
        connection=request.connection,
        cycle=request.cycle,
        despite_cancellation=step.despite_cancellation,
    )
