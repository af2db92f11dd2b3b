"""I4: journal, documents, queue, mails and outcome are written together or not at all."""

from collections.abc import Iterator
from functools import partial
from itertools import chain
from uuid import UUID

from ops.audit.judge import recipes
from ops.audit.judge.called_for import MAILED, NOTIFIER, mails_of
from ops.audit.judge.evidence import JournalRow, Place
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.history import History, Issue
from ops.terminal.counted import counted

_DEVELOPERS = "keep everything as it is, and call the developers: a transaction was not whole"
_finding = partial(Finding, Invariant.I4, act=_DEVELOPERS)


def find(history: History) -> Iterator[Finding]:
    """What was written without what belongs to it."""
    for service in history.journals:
        yield from _parked_without_row(history, service)
        yield from _rows_without_entry(history, service)
        if history.whole:
            yield from _revisions(history, service)
    yield from _not_published(history)
    yield from _mails(history)


def _parked_without_row(history: History, service: str) -> Iterator[Finding]:
    parked = [row for row in history.journals[service].values() if row.outcome == "park"]
    ended = history.tables(service).discarded
    lost = [row for row in parked if row.id not in history.queues[service] and row.id not in ended]
    read_later = _read_later(history, service) if any(not row.subject for row in lost) else set()
    # If a record that could not be read is no longer in its topic, nobody can tell whether it was read later.
    all_there = not any(log.start for log in history.evidence.logs.values())
    for row in lost:
        if row.id not in read_later and (row.subject or all_there):
            what = f"recorded as parked ({row.reason}), and the redelivery queue has no row for it"
            yield _finding("PARKED_WITHOUT_ROW", f"{service} {row.id}{_named(row)}", what)


def _read_later(history: History, service: str) -> set[UUID]:
    """Entries of records that could not be read at first, and were handled under their own ids later."""
    party = next(party for party in history.services if party.name == service)
    return {
        place
        for topic in party.consumes
        for one in history.seen.get(topic, ())
        if (place := recipes.entry_of_place(*one.record[:3])) in history.journals[service]
        and (
            one.entry in history.journals[service]
            or recipes.moved_row(one.entry, one.body) in history.queues[service]
            or recipes.entry_of_second_body(one.entry, one.body) in history.journals[service]
        )
    }


def _rows_without_entry(history: History, service: str) -> Iterator[Finding]:
    for row in history.queues[service].values():
        if row.kind not in ("parked", "queued") or row.handled:
            continue
        if row.kind == "queued" and not row.attempt:
            continue  # Handed over by another registration, and not taken yet.
        entry = history.journals[service].get(row.id)
        if entry is None or entry.outcome != "park":
            what = f"stands in the redelivery queue ({row.reason}), and the journal says {entry and entry.outcome}"
            yield _finding("ROW_WITHOUT_ENTRY", f"{service} {row.id}", what)


def _revisions(history: History, service: str) -> Iterator[Finding]:
    """A registration's document counts the events that were emitted about it."""
    said = history.said_by[service]
    documents = {row.key: row.revision for row in history.tables(service).states if row.lane >= 0}
    for subject in sorted(said.keys() | {key for key, revision in documents.items() if revision}):
        issues, count = said.get(subject, []), documents.get(subject, 0)
        revisions = sorted(issue.heading.revision for issue in issues)
        if revisions != list(range(1, count + 1)) and not _is_curtailed(history, service, issues, count):
            said_so = f"its document counts {counted(count, 'event')}"
            what = f"{said_so}, and the journal holds those numbered {_listed(revisions)}"
            yield _finding("DOCUMENT_APART", f"{service}, registration {subject}", what)


def _is_curtailed(history: History, service: str, issues: list[Issue], count: int) -> bool:
    """Whether all that is missing was said before the pruning: later revisions reach the count without a gap."""
    if history.tables(service).pruned_up_to is None:
        return False
    old = {issue.heading.revision for issue in issues if history.may_forget(service, issue.heading.time)}
    new = sorted(issue.heading.revision for issue in issues if issue.heading.revision not in old)
    first = count + 1 - len(new)
    return new == list(range(first, count + 1)) and old < set(range(1, first)) and len(old) + len(new) == len(issues)


def _not_published(history: History) -> Iterator[Finding]:
    for issue in history.issues:
        event = issue.event
        if issue.heading.id in history.ids.get(event.topic, ()):
            continue
        if not _must_be_there(history, issue) or history.is_pending(issue.service, issue.row):
            continue
        what = f"its event {event.topic} {issue.heading.id} is recorded, its position has moved on, and no topic has it"
        about = f"{issue.service} {issue.row.id}{_named(issue.row)}"
        yield _finding("NOT_PUBLISHED", about, what)


def _must_be_there(history: History, issue: Issue) -> bool:
    """Whether it must be in the log: not where the part that was read begins after the event's time."""
    place = Place(issue.event.topic, issue.event.partition)
    log = history.evidence.logs.get(place)
    if log is None:
        return False
    if history.evidence.since is not None and issue.row.first_at < history.evidence.since:
        return False
    return bool(log.records or not log.start) and history.first_times[place] < issue.heading.time


def _mails(history: History) -> Iterator[Finding]:
    planned = {row.id for row in history.tables(NOTIFIER).effects}
    called: set[UUID] = set()
    for fact in chain.from_iterable(history.facts.get(topic, ()) for topic in MAILED):
        entry = history.entry(NOTIFIER, fact)
        if entry is None and not history.may_forget(NOTIFIER, fact.time):
            continue
        for kind, occasion, role in mails_of(fact):
            effect = recipes.effect_row(fact.subject, kind, occasion, role, 0)
            called.add(effect)
            if entry is not None and _is_decided(entry) and effect not in planned:
                what = f"the mail {kind}, {occasion}, to the {role} is called for and was never planned"
                yield _finding("NOT_PLANNED", f"registration {fact.subject}", what)
    if history.whole:
        # The event that called for it may be pruned from the journal of the service that said it.
        forgotten = set().union(*(gone for service, gone in history.curtailed_by.items() if service != NOTIFIER))
        for row in history.tables(NOTIFIER).effects:
            if recipes.effect_row(*row.same, 0) not in called and row.subject not in forgotten:
                what = f"the mail {row.kind}, {row.occasion}, is planned, and no recorded event called for it"
                yield _finding("MAIL_WITHOUT_EVENT", f"registration {row.subject}", what)


def _is_decided(entry: JournalRow) -> bool:
    """Whether the event had its turn: it was not put aside, and did not come after a newer one of its producer."""
    return entry.outcome != "park" and entry.reason != "STALE_REVISION"


def _listed(revisions: list[int]) -> str:
    return ", ".join(map(str, revisions)) or "none"


def _named(row: JournalRow) -> str:
    return f", registration {row.subject}" if row.subject else ""
