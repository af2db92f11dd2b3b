"""Put every event into its place in the history."""

from schemas.event import Event
from schemas.flow import TIMELINE
from services.timeline.documents import Entry, Timeline
from services.timeline.said import package_of, said
from stream.service import Case, Emit, Ignore, Outcome, Service, no_facts


def decide(case: Case[None]) -> Outcome:
    """Remember the event."""
    event, envelope = case.cause, case.envelope
    if not isinstance(event, Event) or envelope is None:
        return Ignore("NOTHING_SAID")
    entry = Entry(at=envelope.time, event=event.name, revision=envelope.revision or 0, id=envelope.id, said=said(event))
    known = case.documents.get(Timeline, case.subject) or Timeline()
    return Emit(documents={Timeline.at(case.subject): known.grown(entry, package_of(event))})


SERVICE = Service(party=TIMELINE, main=Timeline, decide=decide, facts=no_facts)
