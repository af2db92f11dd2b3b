"""READ FIRST: the parties in order. Topics, groups, the README's diagram and access rules are derived from it."""

from dataclasses import dataclass
from itertools import product

from schemas.event import EventType
from schemas.events import (
    ConnectionsWithdrawn,
    CorrectionRefused,
    CustomerActionNeeded,
    CycleRequested,
    DeadLettered,
    FormReceived,
    LinkRealised,
    LinkRequested,
    NotificationSent,
    OperatorActed,
    PolicyAwaited,
    PolicyEnriched,
    ProcessorApplied,
    ProcessorConfirmed,
    ProcessorDeclined,
    ProcessorReviewed,
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

LANES = 6
"""Partitions of every topic; a registration's lane is its key's partition. Changed only after a drain."""


@dataclass(frozen=True)
class Party:
    """A participant in the flow: the events it consumes and those it emits (in the version it writes)."""

    name: str
    consumes: tuple[EventType, ...]
    emits: tuple[EventType, ...]
    ours: bool = True


WEB_FORMS = Party("web-forms", (), (FormReceived,), ours=False)
BACK_OFFICE = Party("back-office", (), (ProcessorReviewed,), ours=False)
INTAKE = Party(
    "intake",
    (FormReceived, ProcessorReviewed, CycleRequested, ProvisioningRefused),
    (
        LinkRequested,
        ProcessorApplied,
        ProcessorConfirmed,
        ProcessorDeclined,
        RegistrationHeld,
        RegistrationSubmitted,
        RegistrationRejected,
        CorrectionRefused,
        ConnectionsWithdrawn,
        RegistrationEnded,
    ),
)
ENRICHMENT = Party("enrichment", (RegistrationSubmitted, RegistrationEnded), (PolicyEnriched, PolicyAwaited))
PROVISIONING = Party(
    "provisioning",
    (PolicyEnriched, ConnectionsWithdrawn, RegistrationEnded, ProvisioningReported),
    (
        ProvisioningRequested,
        CycleRequested,
        ProvisioningCancelled,
        LinkRealised,
        CustomerActionNeeded,
        ProvisioningRefused,
    ),
)
KEYLANE = Party("keylane", (ProvisioningRequested, ProvisioningCancelled), (ProvisioningReported,), ours=False)
NOTIFIER = Party(
    "notifier",
    (*INTAKE.emits, PolicyAwaited, LinkRealised, CustomerActionNeeded, ProvisioningRefused),
    (NotificationSent,),
)
TIMELINE = Party(
    "timeline",
    (
        *NOTIFIER.consumes,
        PolicyEnriched,
        ProvisioningRequested,
        ProvisioningCancelled,
        ProvisioningReported,
        NotificationSent,
    ),
    (),
)
MONITOR = Party(
    "monitor",
    (
        FormReceived,
        *NOTIFIER.consumes,
        PolicyEnriched,
        ProvisioningRequested,
        ProvisioningCancelled,
        ProvisioningReported,
        DeadLettered,
        RegistrationStuck,
    ),
    (RegistrationStuck,),
)

OPERATORS = Party("operators", (), (OperatorActed,), ours=False)
"""People, by the command line: what they did stands in Postgres before it is said."""

FLOW = (WEB_FORMS, BACK_OFFICE, INTAKE, ENRICHMENT, PROVISIONING, KEYLANE, NOTIFIER, TIMELINE, MONITOR, OPERATORS)
LOOKING_ON = (TIMELINE, MONITOR)
"""Those that nobody waits for."""
SERVICES = tuple(party for party in FLOW if party.ours and party is not MONITOR)
"""The services on our own runtime, each with a schema, a journal and a queue. The live view has none of these."""
SERVICE_NAMES = tuple(party.name for party in SERVICES)
MONEY_PATH = tuple(party for party in SERVICES if party not in LOOKING_ON)
"""The services without which no link is realised."""


def diagram() -> str:
    """The flow as Mermaid, for the README. Mere observers stand apart: nearly every event would be an arrow to them."""
    lines = ["flowchart LR"]
    lines += [f'  {party.name}["{party.name}"]' if party.ours else f"  {party.name}([{party.name}])" for party in FLOW]
    for producer, consumer in product(FLOW, FLOW):
        said = [event.__name__ for event in producer.emits if event in consumer.consumes]
        if said and consumer not in LOOKING_ON:
            lines.append(f'  {producer.name} -- "{"<br/>".join(said)}" --> {consumer.name}')
    return "\n".join(lines)
