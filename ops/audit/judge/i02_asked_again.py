"""I2 for what is there more than once: an operator must have asked for it, by the operators' record, not by the row."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from uuid import UUID

from ops.audit.judge import recipes
from ops.audit.judge.called_for import MAILED, mails_of
from ops.audit.judge.evidence import Deeds, EffectRow, JournalRow
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.history import OUR_SOURCE, Fact, History

FORCED = "FORCED"
"""What a journal says of a record that was decided again because an operator wanted it."""
_finding = partial(Finding, Invariant.I2)


def find(history: History) -> Iterator[Finding]:
    """Mails and decisions that are there once more without an operator having asked for it."""
    for mail in unasked_mails(history):
        what = (
            f"mail {mail.kind}, {mail.occasion}, is in the ledger once more (epoch {mail.epoch}, {mail.status}), "
            "and no operator has that on record"
        )
        act = f"look who writes to the ledger by hand, and tell the recipient of a second mail (id {mail.id})"
        yield _finding("MAIL_UNASKED", f"registration {mail.subject}", what, act)
    for service, row in _unasked_entries(history):
        what = "is recorded as decided again because an operator forced it, and no operator has that on record"
        act = "look who writes to the journal by hand; call the developers"
        yield _finding("FORCED_UNASKED", f"{service} {row.id}, registration {row.subject}", what, act)


def unasked_mails(history: History) -> list[EffectRow]:
    """The mails beyond the first for which no deed is recorded; none where that record was not read."""
    deeds = history.evidence.deeds
    if deeds is None:
        return []
    again = [
        (party.name, row)
        for party in history.services
        for row in history.tables(party.name).effects
        if row.epoch and row.id not in deeds.planned_anew
    ]
    callers = _callers(history) if again else {}
    return [row for service, row in again if not _is_forced(history, deeds, service, row, callers)]


def forced_events(history: History) -> set[str]:
    """The events that an operator forced to be said, whatever had been said before."""
    unasked = {(service, row.id) for service, row in _unasked_entries(history)}
    forced = {
        issue.heading.id
        for issue in history.issues
        if issue.row.reason == FORCED and (issue.service, issue.row.id) not in unasked
    }
    return forced | _perhaps_forced(history)


def _perhaps_forced(history: History) -> set[str]:
    """Events that no journal entry has that was read or kept: no record names the entry of a second decision."""
    deeds = history.evidence.deeds
    if deeds is None:
        return set()
    sources = {OUR_SOURCE + service for service in deeds.forced if not _is_all_kept(history, service)}
    said = {one.heading.id for seen in history.seen.values() for one in seen if one.heading.source in sources}
    return said - {issue.heading.id for issue in history.issues}


def _is_all_kept(history: History, service: str) -> bool:
    return history.whole and history.tables(service).pruned_up_to is None


def _callers(history: History) -> Mapping[UUID, Sequence[Fact]]:
    """By the first mail, the events that call for it."""
    found: dict[UUID, list[Fact]] = defaultdict(list)
    for fact in (fact for topic in MAILED for fact in history.facts.get(topic, ())):
        for kind, occasion, role in mails_of(fact):
            found[recipes.effect_row(fact.subject, kind, occasion, role, 0)].append(fact)
    return found


def _is_forced(
    history: History, deeds: Deeds, service: str, mail: EffectRow, callers: Mapping[UUID, Sequence[Fact]]
) -> bool:
    """Whether a forced replay of this epoch has decided again what calls for the mail."""
    if mail.epoch not in deeds.forced.get(service, ()):
        return False
    if not history.whole or mail.subject in history.curtailed:
        # The event, or the entry of its second decision, may not have been read, or may be forgotten.
        return True
    journal = history.journals[service]
    return any(
        history.may_forget(service, fact.time) or recipes.forced_entry(fact.entry, mail.epoch) in journal
        for fact in callers.get(recipes.effect_row(*mail.same, 0), ())
    )


def _unasked_entries(history: History) -> Iterator[tuple[str, JournalRow]]:
    """By service, entries that are called forced but have the id of no recorded replay."""
    deeds = history.evidence.deeds
    if deeds is None:
        return
    for party in history.services:
        tables, epochs = history.tables(party.name), deeds.forced.get(party.name, ())
        if epochs and not _is_all_kept(history, party.name):
            # The entry of the first decision may not have been read, or may be forgotten.
            continue
        forced = [row for row in tables.journal if row.reason == FORCED]
        bodies = {(row.subject, row.hash) for row in forced}
        firsts = [row.id for row in tables.journal if (row.subject, row.hash) in bodies]
        on_record = {recipes.forced_entry(first, epoch) for first in firsts for epoch in epochs}
        yield from ((party.name, row) for row in forced if row.id not in on_record)
