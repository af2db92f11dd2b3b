"""I5: every event is in a journal, and a repeat is the same: a worker that has lost its lane adds nothing."""

from collections.abc import Iterator
from functools import partial

from ops.audit.judge import recipes
from ops.audit.judge.called_for import ACTED, CANCELLED, REPORTED, REQUESTED
from ops.audit.judge.evidence import Emitted
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.heading import data_of
from ops.audit.judge.history import DEAD_LETTERS, OUR_SOURCE, History, Issue
from ops.audit.judge.i02_effects_once import ledger
from ops.audit.judge.seen import Seen

_SAID_TO_IT = (REQUESTED, CANCELLED)
_DEVELOPERS = "keep everything as it is, and call the developers"
_finding = partial(Finding, Invariant.I5, act=_DEVELOPERS)


def find(history: History) -> Iterator[Finding]:
    """Events that no journal has, and repeats that differ."""
    held = {issue.heading.id: issue for issue in history.issues}
    for topic, seen in history.seen.items():
        if topic == DEAD_LETTERS:
            yield from _dead_letters(history, seen)
        elif topic == ACTED:
            yield from _acted(history, seen)
        else:
            yield from _events(history, seen, held)
    yield from _mails(history)
    yield from _keylane(history)


def _events(history: History, seen: list[Seen], held: dict[str, Issue]) -> Iterator[Finding]:
    first: dict[str, Seen] = {}
    for one in seen:
        if not history.is_ours(one):
            continue
        issue = held.get(one.heading.id)
        before = first.setdefault(one.heading.id, one)
        about = f"{one.at}, registration {one.heading.subject}"
        if issue is None and before is one and _must_be_held(history, one):
            what = f"event {one.heading.id} is in the topic, and the journal of its service does not hold it"
            yield _finding("EVENT_FROM_NOWHERE", about, what)
        if _differs(one, before) or (issue is not None and _is_another(one, issue)):
            what = f"event {one.heading.id} says something else than was recorded or published under its id"
            yield _finding("REPEAT_DIFFERS", about, what)


def _must_be_held(history: History, one: Seen) -> bool:
    """Whether a journal of ours would have it: it was not written meanwhile, and nothing was pruned."""
    service = one.heading.source.removeprefix(OUR_SOURCE)
    return history.whole and not one.late and not history.may_forget(service, one.heading.time)


def _differs(one: Seen, before: Seen) -> bool:
    return (one.record.value, one.record.headers) != (before.record.value, before.record.headers)


def _is_another(one: Seen, issue: Issue) -> bool:
    record, key = one.record, (one.record.key or b"").decode(errors="replace")
    return Emitted(record.topic, record.partition, key, record.headers, record.value or b"") != issue.event


def _dead_letters(history: History, seen: list[Seen]) -> Iterator[Finding]:
    """Each attempt that ended as parked has its own dead letter, while the journal has only the last attempt's."""
    tails = {
        recipes.derived(f"{service}/dead-letter/{attempt}", row.id, 0)
        for service, journal in history.journals.items()
        for row in journal.values()
        for attempt in range(1, row.attempt + 1)
        if row.outcome == "park" or row.attempt > 1
    }
    for one in seen:
        if recipes.tail(one.heading.id) not in tails and _must_be_held(history, one):
            what = f"dead letter {one.heading.id} tells of a record that no journal has parked"
            yield _finding("LETTER_FROM_NOWHERE", one.at, what)


def _acted(history: History, seen: list[Seen]) -> Iterator[Finding]:
    """What operators did is in their own rows before it is published, and the event's id follows from the row."""
    rows = history.evidence.actions
    for one in seen:
        action = str(data_of(one.record.value).get("action"))
        if rows is not None and not one.late and (action not in rows or not _is_id_of(one, action)):
            what = f"event {one.heading.id} tells of something that stands in no record of what operators did"
            yield _finding("EVENT_FROM_NOWHERE", one.at, what)


def _is_id_of(one: Seen, action: str) -> bool:
    return recipes.tail(one.heading.id) == recipes.derived_from("operators", action, 0)


def _mails(history: History) -> Iterator[Finding]:
    if history.evidence.mails is None or not history.whole:
        return
    planned = {str(row.id) for row in ledger(history)}
    for mail in history.evidence.mails:
        if mail.early and mail.message_id not in planned:
            what = "was accepted by the mail server, and stands in no ledger"
            yield _finding("MAIL_FROM_NOWHERE", f"mail {mail.message_id}", what)


def _keylane(history: History) -> Iterator[Finding]:
    keylane = history.evidence.keylane
    if keylane is None:
        return
    told = history.ids.get(REPORTED, set())
    asked = {id_ for topic in _SAID_TO_IT for id_ in history.ids.get(topic, ())}
    for request in keylane.received:
        if request.id not in asked and not any(history.may_be_removed(topic, request.subject) for topic in _SAID_TO_IT):
            about = f"registration {request.subject}, connection {request.connection}"
            yield _finding("REQUEST_FROM_NOWHERE", about, f"Keylane has {request.id}, and its topic has not")
    for report in keylane.reports:
        is_gone = report.published and report.event_id not in told
        if is_gone and not history.may_be_removed(REPORTED, report.subject, report.time):
            what = f"Keylane has published report {report.event_id}, and the topic has not got it"
            yield _finding("REPORT_GONE", f"registration {report.subject}", what)
