"""What one event adds to the standing of its registration: a stage, an alert or a parked record. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from schemas.event import Event
from schemas.events import (
    CorrectionRefused,
    CustomerActionNeeded,
    DeadLettered,
    FormReceived,
    LinkRealised,
    LinkRequested,
    PolicyAwaited,
    PolicyEnriched,
    ProcessorApplied,
    ProcessorConfirmed,
    ProcessorDeclined,
    ProvisioningCancelled,
    ProvisioningRefused,
    ProvisioningReported,
    ProvisioningRequested,
    RegistrationEnded,
    RegistrationHeld,
    RegistrationRejected,
    RegistrationStuck,
    RegistrationSubmitted,
)
from schemas.values import ABOUT_EARLIER
from services.monitor.stage import Stage
from services.monitor.standing import CALLED_OFF, NEEDS, REGISTRATION, Hold, Mark, Parked, Standing

OF_REGISTRATION: Mapping[type[Event], Stage] = {
    LinkRequested: Stage.LINK_REQUESTED,
    ProcessorApplied: Stage.PROCESSOR_APPLIED,
    ProcessorConfirmed: Stage.PROCESSOR_CONFIRMED,
    ProcessorDeclined: Stage.PROCESSOR_DECLINED,
    RegistrationSubmitted: Stage.ACCEPTED,
    RegistrationRejected: Stage.REJECTED,
    RegistrationEnded: Stage.CANCELLED,
    PolicyAwaited: Stage.AWAITING_POLICY,
    PolicyEnriched: Stage.ENRICHED,
}
OF_CONNECTION: Mapping[type[Event], Stage] = {
    ProvisioningRequested: Stage.REQUESTED,
    ProvisioningCancelled: Stage.CANCELLED,
    CustomerActionNeeded: Stage.CUSTOMER_ACTION_NEEDED,
    LinkRealised: Stage.REALISED,
    ProvisioningRefused: Stage.REFUSED,
}


def standing_of(event: Event, at: datetime) -> Standing:
    """The standing of a registration of which only this event is known."""
    at_ms = int(at.timestamp() * 1000)
    if reminds(event):
        return _reminded(event, at_ms)
    if type(event) in OF_REGISTRATION:
        return reached(OF_REGISTRATION[type(event)], at_ms, cycle=vars(event)["cycle"])
    if type(event) in OF_CONNECTION:
        return _of_connection(event, at_ms)
    other = _OTHERS.get(type(event))
    return other(event, at_ms) if other else Standing(at_ms)


def reminds(event: Event) -> bool:
    """Whether it only repeats what was said before, which ends no silence."""
    if isinstance(event, PolicyAwaited | LinkRequested):
        return event.number > 0
    return isinstance(event, RegistrationHeld | CustomerActionNeeded) and event.is_reminder


def reached(stage: Stage, at_ms: int, *, cycle: int, part: int = REGISTRATION) -> Standing:
    """The registration, or the connection of this number, is at the stage."""
    if stage is Stage.CUSTOMER_ACTION_NEEDED:
        part += NEEDS
    elif stage is Stage.CANCELLED and part != REGISTRATION:
        part += CALLED_OFF
    return Standing(at_ms, ((part, Mark(cycle, stage.level, at_ms, stage)),))


def taken_in(at_ms: int, *, cycle: int, connection: int) -> Standing:
    """Keylane says that it has taken the connection in, which is kept under the part's negative number."""
    return reached(Stage.ACCEPTED_BY_KEYLANE, at_ms, cycle=cycle, part=-connection)


def held(at_ms: int, *, cycle: int, over: bool = False) -> Standing:
    """Intake holds the registration in this cycle; `over`: and has given up on it."""
    return Standing(at_ms, hold=Hold(cycle, over, at_ms))


def _of_connection(event: Any, at_ms: int) -> Standing:
    return reached(OF_CONNECTION[type(event)], at_ms, cycle=event.cycle, part=event.contact.connection)


def _reminded(event: Event, at_ms: int) -> Standing:
    """A customer's reminder says that Keylane still waits for it, even if an older report came late and said less."""
    if not isinstance(event, CustomerActionNeeded):
        return Standing(at_ms)
    mark = Mark(event.cycle, Stage.ACCEPTED_BY_KEYLANE.level, at_ms, Stage.CUSTOMER_ACTION_NEEDED)
    return Standing(at_ms, ((-event.contact.connection, mark),))


def _received(event: FormReceived, at_ms: int) -> Standing:
    stage = Stage.PASSED_ON if event.form.get("kind") in ABOUT_EARLIER else Stage.SUBMITTED
    return reached(stage, at_ms, cycle=0)


def _reported(event: ProvisioningReported, at_ms: int) -> Standing:
    if event.report != "accepted":
        return Standing(at_ms)
    return taken_in(at_ms, cycle=event.cycle, connection=event.connection)


def _held(event: RegistrationHeld, at_ms: int) -> Standing:
    return held(at_ms, cycle=event.cycle)


def _refused(event: CorrectionRefused, at_ms: int) -> Standing:
    return held(at_ms, cycle=event.cycle, over=True) if event.lapsed else Standing(at_ms)


def _parked(event: DeadLettered, at_ms: int) -> Standing:
    return Standing(at_ms, parked=Parked(at_ms, event.service, event.reason))


def _told(event: RegistrationStuck, at_ms: int) -> Standing:
    return Standing(at_ms, told_ms=int(event.since.timestamp() * 1000))


_OTHERS: dict[type[Event], Callable[[Any, int], Standing]] = {
    FormReceived: _received,
    RegistrationHeld: _held,
    CorrectionRefused: _refused,
    ProvisioningReported: _reported,
    DeadLettered: _parked,
    RegistrationStuck: _told,
}
