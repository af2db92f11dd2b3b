"""A service small enough to see through: it counts reports per registration and says how many there were.

What a report makes it do stands in the report: `accepted` is counted and told, `configured` told twice, `failed` parked
for a human, `customer_action_needed` parked until the facts say "open". Other decisions are given by the test.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from schemas import codec
from schemas.envelope import Envelope
from schemas.events import DeadLettered, PolicyAwaited, ProvisioningReported, RegistrationSubmitted
from schemas.flow import Party
from schemas.values import Finding
from stream.decode import Item, Received, decode
from stream.document import Document, DocumentKey, Gate
from stream.fold import Fold
from stream.horizon import HORIZON
from stream.known import Known
from stream.lane import lane_of
from stream.record import Message, Record
from stream.service import Case, Cause, Concern, Effect, Emit, Outcome, Park, Service, Touched
from stream.store import OutcomeKind, Reading, Recorded, Row, RowKind, StateRow

LANES = 4
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TOY = Party("toy", (ProvisioningReported, RegistrationSubmitted), (PolicyAwaited,))
TOPICS = tuple(event.name for event in TOY.consumes)
ALL_TOPICS = (*TOPICS, PolicyAwaited.name, DeadLettered.name)
WHY = (Finding(code="MANDATE_MISSING"),)


class Tally(Document):
    """How many reports were counted, and under which of their cycles, in order."""

    kind: ClassVar[str] = "tally"

    cycles: tuple[int, ...] = ()


class Claim(Document):
    """What several registrations want."""

    kind: ClassVar[str] = "claim"
    shared: ClassVar[bool] = True

    taken_by: tuple[str, ...] = ()


def decide(case: Case[str]) -> Outcome:
    match case.cause:
        case ProvisioningReported(report="failed"):
            return Park("NOT_POSSIBLE")
        case ProvisioningReported(report="customer_action_needed") if case.facts != "open":
            return Park("NOT_YET", retry=True)
        case ProvisioningReported(cycle=cycle, report=report):
            return _counted(case, cycle, times=2 if report == "configured" else 1)
        case _:
            return _counted(case, 0, times=1)


def _counted(case: Case[str], cycle: int, times: int) -> Emit:
    tally = case.documents.get(Tally, case.subject) or Tally()
    cycles = (*tally.cycles, cycle)
    told = PolicyAwaited(reference=f"{len(cycles)}", applicant=None, cycle=1, reason="POLICY_NOT_FOUND")
    return Emit(
        (told,) * times,
        {DocumentKey("tally", case.subject): Tally(cycles=cycles)},
        (Effect("told", f"cycle {cycle}", "applicant", {"cycle": cycle}),),
    )


@dataclass
class Facts:
    """What is known, until the test says otherwise."""

    said: str = "shut"

    async def __call__(self, concerns: object) -> str:
        del concerns
        return self.said


def service(
    decision: Callable[[Case[str]], Outcome] = decide,
    *,
    touches: Callable[[Cause, str], Sequence[DocumentKey]] = lambda _cause, _subject: (),
    facts: Callable[[Sequence[Concern]], Any] | None = None,
) -> Service[str]:
    def touched(cause: Cause, subject: str) -> Touched:
        return Touched(frozenset(touches(cause, subject)))

    return Service(TOY, Tally, decision, facts or Facts(), others=(Claim, Gate), touches=touched)


def report(  # noqa: PLR0913 (what a test may want to say about a report)
    subject: str,
    event_id: str,
    *,
    offset: int = 0,
    revision: int | None = None,
    cycle: int = 1,
    said: str = "accepted",
    connection: int = 1,
    lane: int | None = None,
) -> Record:
    """A report as Keylane publishes it, on its key's lane if no other is named."""
    findings = WHY if said in ("failed", "customer_action_needed") else ()
    event = ProvisioningReported.model_validate(
        {"connection": connection, "cycle": cycle, "report": said, "reported_at": NOW, "findings": findings}
    )
    also = {"correlation": "root", "traceparent": "trace"}
    envelope = Envelope(event_id, "urn:keylane", event.name, event.version, subject, NOW, revision=revision, **also)
    headers, value = codec.encode(envelope, event)
    place = lane_of(subject, LANES) if lane is None else lane
    return Record(event.name, place, offset, subject.encode(), value, headers)


def garbage(offset: int = 0, lane: int = 0, value: bytes | None = b"{", name: str = TOPICS[0]) -> Record:
    """A record that nobody can read."""
    return Record(name, lane, offset, None, value, ())


def of_a_newer_version(record: Record) -> Record:
    """The same record in a version that this release does not know."""
    newer = b"urn:salariskoppeling:schema:provisioning-reported:99"
    headers = tuple((name, newer if name == "ce_dataschema" else value) for name, value in record.headers)
    return record._replace(headers=headers)


def row_of(record: Record, *, seq: int = 1, attempt: int = 1, kind: RowKind = RowKind.PARKED) -> Row:
    """The queue's row of a record that was parked under its own id."""
    item = decode(record)
    key = getattr(item, "subject", "")
    blocks = isinstance(item, Received)
    return Row(item.id, item.lane, key, kind, attempt, record, item.hash, NOW, blocks=blocks, seq=seq)


def again(record: Record, **fields: Any) -> Item:
    """A parked record, taken from the queue."""
    return decode(record, row_of(record, **fields))


def fold(items: Sequence[Item], *, toy: Service[str] | None = None, **known: Any) -> Fold:
    """The batch decided, with nothing known but what is named."""
    empty: dict[str, Any] = {"recorded": {}, "blocked": {}, "states": {}, "pruned_up_to": None}
    reading = Reading(**{name: known.pop(name, nothing) for name, nothing in empty.items()})
    plain: dict[str, Any] = {"facts": "shut", "now": NOW, "lanes": LANES, "horizon": HORIZON}
    toy = toy or service()
    folded = Fold(toy, Known(reading=reading, **(plain | known)))
    for item in items:
        folded.take(item, toy.touches(item.cause, item.subject) if isinstance(item, Received) else Touched())
    return folded


def parked_before(record: Record, attempt: int = 1) -> dict[UUID, Recorded]:
    """The journal's entry of a record that was parked."""
    item = decode(record)
    return {item.id: Recorded(item.hash, attempt, OutcomeKind.PARK, ())}


def tally(subject: str, **fields: Any) -> dict[DocumentKey, StateRow]:
    """The stored document of a registration."""
    plain: dict[str, Any] = {"document": Tally(cycles=(1,)), "revision": 1}
    return {DocumentKey("tally", subject): StateRow(**(plain | fields))}


def event_of(message: Message) -> codec.Decoded:
    """What a message says."""
    return codec.decode(message.topic, message.headers, message.value)
