"""What a service tells the runtime: which documents an event touches, and how to decide it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import JsonValue

from schemas.envelope import Envelope
from schemas.event import Event
from schemas.flow import Party
from schemas.ids import RegistrationId
from stream.document import Document, DocumentKey

F = TypeVar("F")
D = TypeVar("D", bound=Document)


@dataclass(frozen=True, slots=True)
class Due:
    """A document's `due_at` has come."""

    document: DocumentKey
    at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A gate that a document waits for is open."""

    document: DocumentKey
    gate: str


@dataclass(frozen=True, slots=True)
class Told:
    """An operator's command tells a document this, in the service's own words."""

    document: DocumentKey
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """An effect of this registration was done, and since when it was under way; the rest as in `Effect`."""

    kind: str
    occasion: str
    role: str
    effect_epoch: int
    at: datetime


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Another registration's record (its key is `origin`) that concerns this one as well."""

    event: Event
    origin: RegistrationId


Cause = Event | Due | Opened | Told | Done | HandedOver


class Concern(NamedTuple):
    """A cause, and the registration that it concerns."""

    subject: RegistrationId
    cause: Cause


@dataclass(frozen=True, slots=True)
class Effect:
    """Something to be done once, outside Kafka and Postgres: a row of the ledger, written with the outcome.

    One effect per subject, kind, occasion and role, and epoch of the record; planning it again changes nothing.
    """

    kind: str
    occasion: str
    role: str
    payload: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Emit:
    """Done: events, documents and effects, all under the record's own key, except gates and claims.

    `documents` has those that change, by key. Other registrations decide for themselves: the record is handed over to
    these keys as HandedOver, in their lanes and behind the rows that wait there.
    """

    events: tuple[Event, ...] = ()
    documents: Mapping[DocumentKey, Document] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    handed_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing to do, and why (a closed list per service)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Park:
    """Cannot be decided now: with `retry` it is tried again after growing delays, otherwise a human looks at it.

    A parked record blocks its key unless it waits for another record of the same key (`blocks=False`).
    """

    reason: str
    retry: bool = False
    blocks: bool = True


Outcome = Emit | Ignore | Park


class WorkingSet:
    """The working set of a batch: each decision sees what the earlier ones left."""

    def __init__(self, loaded: Mapping[DocumentKey, Document]) -> None:
        self._current: dict[tuple[str, str], Document] = dict(loaded.items())

    def get(self, kind: type[D], key: str) -> D | None:
        """The document as the decisions before this one left it."""
        found = self._current.get((kind.kind, key))
        return found if isinstance(found, kind) else None

    def put(self, changed: Mapping[DocumentKey, Document]) -> None:
        """Take over what a decision changed."""
        self._current.update(changed.items())


class Touched(NamedTuple):
    """The documents that an event names, and what was worked out from it for that, which the decision needs too."""

    documents: frozenset[DocumentKey] = frozenset()
    found: Any = None


NOTHING = Touched()


class Case(NamedTuple, Generic[F]):
    """Everything that a decision may look at. `now` and `facts` are values; `envelope` is None for a wake-up.

    `found` is what the service's `touches` worked out from the cause; `attempt` counts from 1.
    """

    subject: RegistrationId
    cause: Cause
    envelope: Envelope | None
    documents: WorkingSet
    facts: F
    now: datetime
    found: Any = None
    attempt: int = 1


def no_others(cause: Cause, subject: RegistrationId) -> Touched:
    """An event touches the registration's own document only."""
    del cause, subject
    return NOTHING


def nothing_recalled(cause: Cause, subject: RegistrationId, main: Document | None) -> Iterable[DocumentKey]:
    """A row of the queue touches no more than its cause names."""
    del cause, subject, main
    return ()


async def no_facts(concerns: Sequence[Concern]) -> None:
    """The service decides without reference data."""
    del concerns


@dataclass(frozen=True)
class Service(Generic[F]):
    """One deployable: which party of the flow it is, and its decisions.

    `main` is the document of a registration, always loaded; `touches` names the others an event may read or change;
    `recalls` those that a wake-up or a record handed over touches besides, by what the registration remembers; `facts`
    reads the reference data that a batch needs.
    """

    party: Party
    main: type[Document]
    decide: Callable[[Case[F]], Outcome]
    facts: Callable[[Sequence[Concern]], Awaitable[F]]
    others: tuple[type[Document], ...] = ()
    touches: Callable[[Cause, RegistrationId], Touched] = no_others
    recalls: Callable[[Cause, RegistrationId, Document | None], Iterable[DocumentKey]] = nothing_recalled

    @property
    def name(self) -> str:
        """The name of the service, its consumer group and its schema."""
        return self.party.name

    @property
    def kinds(self) -> dict[str, type[Any]]:
        """The document types by kind."""
        return {kind.kind: kind for kind in (self.main, *self.others)}
