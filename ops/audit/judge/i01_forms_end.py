"""I1: every form that arrived ends as mailed, parked with a reason, waiting with a deadline, or uncertain and shown."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TypeVar

from ops.audit.judge.called_for import (
    CANCELLED,
    ENRICHED,
    FINAL,
    REQUESTED,
    SUBMITTED,
    connection_of,
    connections_in,
    cycle_of,
)
from ops.audit.judge.called_for import ENDED as GIVEN_UP
from ops.audit.judge.evidence import StateRow
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.history import Fact, History, Standing
from ops.audit.judge.i02_effects_once import ledger
from ops.audit.judge.seen import FORMS, Seen
from ops.audit.judge.withdrawn import withdrawn

_About = TypeVar("_About")

_KEYLANE = "keylane"
_SETTLE = "`koppeling mails settle {} sent`: what was planned anew goes out no more, unless it has gone"
_ANSWERS = ("submitted", "rejected")
_STORY = "`koppeling status REGISTRATION` shows how far it came; keep everything, and call the developers"


def find(history: History) -> Iterator[Finding]:
    """Forms, connections and mails that did not come to an end."""
    yield from _submitted(history)
    yield from _forms(history)
    yield from _connections(history)
    yield from _called_off(history)
    yield from _mails(history)
    yield from _keylane(history)


def _submitted(history: History) -> Iterator[Finding]:
    """Submitted forms that are missing from their topic.

    A form may be missing if a service that read it has it in its journal, or may have lost it by pruning.
    """
    there = {one.subject for one in history.seen.get(FORMS, ())}
    readers = [history.tables(party.name) for party in history.services if FORMS in party.consumes]
    known = {row.subject for tables in readers for row in tables.journal}
    is_all_known = history.whole and all(tables.pruned_up_to is None for tables in readers)
    for form in history.evidence.submitted or ():
        is_excused = form.registration in known or not is_all_known
        if form.registration not in there and not (is_excused and history.may_be_removed(FORMS, form.registration)):
            what = "its form was acknowledged when it was sent, and the topic has not got it"
            yield _finding("FORM_GONE", form.registration, what, "have it sent again: what has arrived counts once")


def _forms(history: History) -> Iterator[Finding]:
    parked = _held_up(history)
    for party in history.services:
        if FORMS in party.consumes:
            answered = parked | _remembered(history, party.name)
            answered |= {fact.subject for topic in party.emits for fact in history.facts.get(topic, ())}
            for one, standing in history.standings[party.name]:
                handled = one.record.topic == FORMS and standing is Standing.DONE
                if handled and one.subject not in answered and _is_unanswered(history, party.name, one):
                    yield _finding("NO_ANSWER", one.subject, "its form was handled, and nothing came of it", _STORY)


def _remembered(history: History, service: str) -> set[str]:
    """Forms that were handled without an event of their own: corrections, which are about another registration."""
    states = history.tables(service).states
    return {row.key for row in states if (row.document or {}).get("answer", "submitted") not in _ANSWERS}


def _is_unanswered(history: History, service: str, one: Seen) -> bool:
    row = history.row_of(service, one)
    # Of a form that was sent again, the first answer may lie before the part that was read.
    return _is_whole(history, one.subject) or (row is not None and row.outcome == "emit")


def _is_whole(history: History, registration: str) -> bool:
    """Whether everything that was ever said about it is known."""
    return history.whole and registration not in history.curtailed


def _connections(history: History) -> Iterator[Finding]:
    newest = {fact.subject: fact for fact in sorted(history.facts.get(SUBMITTED, ()), key=_cycle)}
    enriched = _newest(history, (ENRICHED,), lambda fact: fact.subject)
    asked, ended = _newest(history, (REQUESTED,), _link), _newest(history, FINAL, _link)
    excused = _held_up(history) | _waiting(history) | _on_their_way(history)
    excused |= {fact.subject for fact in history.facts.get(GIVEN_UP, ())}
    taken_out = withdrawn(history)
    for subject, fact in newest.items():
        if subject in excused or history.is_past(fact):
            continue
        # A connection asked for before the part that was read may also have ended there.
        unasked = _cycle(fact) if _is_whole(history, subject) or _cycle(fact) == 1 else 0
        open_ = [
            number
            for number in connections_in(fact.data)
            if taken_out[subject, number] < _cycle(fact)
            if enriched[subject] < _cycle(fact) or ended[subject, number] < asked.get((subject, number), unasked)
        ]
        if open_:
            what = f"connection {', '.join(sorted(open_))}: no end, nothing parked, and no deadline that it waits for"
            yield _finding("ENDED_NOWHERE", subject, what, _STORY)


def _called_off(history: History) -> Iterator[Finding]:
    """Keylane must be told about every connection that has ended, under the cycle of the last request for it.

    These are all connections of a registration that has ended, or those that were withdrawn from it.
    """
    moving = _held_up(history) | _on_their_way(history)
    ended = {fact.subject for fact in history.facts.get(GIVEN_UP, ()) if not history.is_past(fact)}
    taken_out = withdrawn(history)
    told = {(_link(fact), _cycle(fact)) for fact in history.facts.get(CANCELLED, ())}
    open_: dict[str, list[str]] = defaultdict(list)
    for link, cycle in _newest(history, (REQUESTED,), _link).items():
        subject, number = link
        has_ended = subject in ended or cycle <= taken_out[link]
        if has_ended and subject not in moving and (link, cycle) not in told:
            open_[subject].append(number)
    for subject, numbers in open_.items():
        what = f"has ended, and Keylane was not told about connection {', '.join(sorted(numbers))}"
        yield _finding("NOT_CALLED_OFF", subject, what, "have Keylane stop it, then call the developers")


def _newest(history: History, topics: Iterable[str], about: Callable[[Fact], _About]) -> dict[_About, int]:
    """The newest cycle in these topics; 0 where they have none."""
    found: dict[_About, int] = defaultdict(int)
    for fact in chain.from_iterable(history.current(topic) for topic in topics):
        found[about(fact)] = max(found[about(fact)], _cycle(fact))
    return found


def _link(fact: Fact) -> tuple[str, str]:
    return fact.subject, connection_of(fact.data)


def _cycle(fact: Fact) -> int:
    return cycle_of(fact.data)


def _held_up(history: History) -> set[str]:
    """Registrations with a row in a queue (parked, or behind a parked one), or with a row that was discarded."""
    held = {row.key for party in history.services for row in history.tables(party.name).queue if not row.handled}
    for party in history.services:
        journal = history.journals[party.name]
        held |= {journal[id_].subject for id_ in history.tables(party.name).discarded if id_ in journal}
    return held


def _waiting(history: History) -> set[str]:
    """Registrations that wait for something named, before their deadline or marked as overdue."""
    states = chain.from_iterable(history.tables(party.name).states for party in history.services)
    return {row.key for row in states if row.lane >= 0 and _is_waiting(row)}


def _is_waiting(row: StateRow) -> bool:
    return bool(row.due_at or row.waits_for or (row.document or {}).get("overdue"))


def _on_their_way(history: History) -> set[str]:
    """Registrations about which something is recorded that one of its readers has not handled yet."""
    return {
        fact.subject
        for party in history.services
        for topic in party.consumes
        for fact in history.facts.get(topic, ())
        if history.entry(party.name, fact) is None and not history.may_forget(party.name, fact.time)
    }


def _mails(history: History) -> Iterator[Finding]:
    accepted = Counter(mail.message_id for mail in history.evidence.mails or ())
    newest = _newest_there(history, accepted)
    for row in ledger(history):
        what = f"mail {row.kind}, {row.occasion} (id {row.id}), "
        is_there = accepted[str(row.id)] or newest[row.same] > row.epoch
        if row.status == "SENT" and history.evidence.mails is not None and not is_there:
            act = f"look in the mail server's log; when it is not there: `koppeling mails resend {row.id}`"
            yield _finding("MAIL_GONE", row.subject, f"{what}is SENT by the ledger, and no mailbox has it", act)
        if row.status == "FAILED" and accepted[str(row.id)]:
            said = f"{what}is FAILED by the ledger, and was accepted"
            yield _finding("FAILED_YET_THERE", row.subject, said, _SETTLE.format(row.id))
        if row.status == "FAILED" and not row.reply:
            yield _finding("FAILED_UNSAID", row.subject, f"{what}is FAILED, and nothing says why", _STORY)


def _newest_there(history: History, accepted: Counter[str]) -> dict[tuple[str, ...], int]:
    """The newest epoch of each mail that was accepted: it stands for the earlier ones, even one that was lost."""
    newest: dict[tuple[str, ...], int] = defaultdict(lambda: -1)
    for row in ledger(history):
        if accepted[str(row.id)]:
            newest[row.same] = max(newest[row.same], row.epoch)
    return newest


def _keylane(history: History) -> Iterator[Finding]:
    """What Keylane has committed past must be in its own record."""
    keylane = history.evidence.keylane
    if keylane is None:
        return
    known = {one.id for one in keylane.received}
    for one in chain(history.seen.get(REQUESTED, ()), history.seen.get(CANCELLED, ())):
        passed = one.record.offset < history.committed(_KEYLANE, one.place)
        if passed and one.heading.id not in known and one.heading.source:
            what = f"{one.record.topic} {one.heading.id} lies below Keylane's position, and Keylane does not know it"
            yield _finding("NOT_AT_KEYLANE", one.subject, what, "have Keylane read the topic again")


def _finding(code: str, registration: str, what: str, act: str) -> Finding:
    return Finding(Invariant.I1, code, f"registration {registration}", what, act)
