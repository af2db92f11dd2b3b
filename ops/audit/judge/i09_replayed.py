"""I9: replaying has no new effect: ids follow from their causes, so everything that comes is a repeat."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from uuid import UUID

from ops.audit.judge import recipes
from ops.audit.judge.called_for import part_of
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.heading import data_of
from ops.audit.judge.history import DEAD_LETTERS, History
from ops.audit.judge.i02_effects_once import ledger
from ops.audit.judge.seen import Seen

PUT_ASIDE = ("TOO_OLD", "ID_REUSED")
"""What a record comes to whose entry was pruned, or that of another record with its id."""

_ACT = "call the developers: reading the same records again has done something"
_finding = partial(Finding, Invariant.I9, act=_ACT)


def find(history: History) -> Iterator[Finding]:
    """Ids that a second decision about the same record would not give again."""
    said: Counter[tuple[str, UUID, str]] = Counter()
    for issue in history.issues:
        letter = issue.event.topic == DEAD_LETTERS
        step = f"{issue.service}/dead-letter/{issue.row.attempt}" if letter else issue.service
        part = part_of(issue.event.topic, data_of(issue.event.value))
        before = said[issue.service, issue.row.id, part]
        said[issue.service, issue.row.id, part] += 1
        if recipes.tail(issue.heading.id) != recipes.derived(step, issue.row.id, before, part):
            what = f"the id of event {issue.heading.id} does not follow from its cause"
            about = f"{issue.service} {issue.row.id}, registration {issue.row.subject}"
            yield _finding("ID_NOT_DERIVED", about, what)


def new_effects(before: History, after: History) -> Iterator[Finding]:
    """What the second evidence has and the first has not.

    Repeats of events under their ids are left out, as is what a pruned journal says of records that it may have held.
    """
    yield from _mails(before, after)
    known = {row.id for row in ledger(before)}
    for row in ledger(after):
        if row.id not in known:
            what = f"mail {row.kind}, {row.occasion}, was planned by a replay"
            yield _finding("NEW_MAIL_PLANNED", f"registration {row.subject}", what)
    for topic, seen in after.seen.items():
        said = before.ids.get(topic, set())
        for one in seen:
            if after.is_ours(one) and one.heading.id not in said and not _is_put_aside(after, one):
                said = said | {one.heading.id}
                what = f"event {one.heading.id} was published by a replay"
                yield _finding("NEW_EVENT", f"{one.at}, registration {one.heading.subject}", what)
    yield from _states(before, after)


def _is_put_aside(history: History, one: Seen) -> bool:
    if one.record.topic != DEAD_LETTERS:
        return False
    letter = data_of(one.record.value)
    pruned = [party.name for party in history.services if history.tables(party.name).pruned_up_to]
    return letter.get("service") in pruned and letter.get("reason") in PUT_ASIDE


def _mails(before: History, after: History) -> Iterator[Finding]:
    accepted = Counter(mail.message_id for mail in after.evidence.mails or ())
    accepted.subtract(mail.message_id for mail in before.evidence.mails or ())
    for id_, count in accepted.items():
        if count > 0:
            yield _finding("NEW_MAIL", f"mail {id_}", f"a replay sent it ({count} more)")


def _states(before: History, after: History) -> Iterator[Finding]:
    aside = {one.subject for one in after.seen.get(DEAD_LETTERS, ()) if _is_put_aside(after, one)}
    for party in after.services:
        tells_of = aside if DEAD_LETTERS in party.consumes else frozenset()
        known = {(row.kind, row.key): row for row in before.tables(party.name).states}
        for row in after.tables(party.name).states:
            if known.get((row.kind, row.key)) != row and row.key not in tells_of:
                what = f"its document {row.kind} was changed by a replay"
                yield _finding("STATE_CHANGED", f"{party.name}, registration {row.key}", what)
