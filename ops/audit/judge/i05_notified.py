"""I4 and I5 for what is said about mails: one NotificationSent for each that the ledger calls SENT, and for no other.

Ledger, journal and queue are from one snapshot, so nothing is under way between them. That what is recorded is
published, and once, is checked for all events (`i04_written_together.py`, `i02_effects_once.py`).
"""

from collections.abc import Iterator
from uuid import UUID

from ops.audit.judge import recipes
from ops.audit.judge.called_for import NOTIFIER, SENT
from ops.audit.judge.evidence import EffectRow
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.heading import data_of
from ops.audit.judge.history import History, Issue

_DEVELOPERS = "keep everything as it is, and call the developers"


def find(history: History) -> Iterator[Finding]:
    """Sent mails about which nothing is said, and what is said about mails that were not sent."""
    yield from _unsaid(history)
    yield from _unsent(history)


def _unsaid(history: History) -> Iterator[Finding]:
    """Sent mails of which nothing says so.

    A row with the mail's own id may still wait for that; it may be parked, or answered with the event.
    """
    journal, queue = history.journals.get(NOTIFIER, {}), history.queues.get(NOTIFIER, {})
    for row in history.tables(NOTIFIER).effects:
        entry = journal.get(row.id)
        said = entry is not None and (entry.outcome == "park" or any(event.topic == SENT for event in entry.events))
        if row.status == "SENT" and not said and row.id not in queue and not _may_be_forgotten(history, row):
            about = f"registration {row.subject}, mail {row.kind}, {row.occasion}"
            what = "is SENT by the ledger, nothing says so, and no row waits that would"
            yield Finding(Invariant.I4, "SENT_UNSAID", about, what, _DEVELOPERS)


def _may_be_forgotten(history: History, row: EffectRow) -> bool:
    """Whether the journal may have lost it by pruning, judging by what else of the registration is gone."""
    line = history.tables(NOTIFIER).pruned_up_to
    is_old = line is not None and row.planned_at is not None and row.planned_at < line
    return is_old and row.subject in history.curtailed_by.get(NOTIFIER, ())


def _unsent(history: History) -> Iterator[Finding]:
    sent = {row.id for row in history.tables(NOTIFIER).effects if row.status == "SENT"}
    for issue in history.issues:
        if issue.event.topic == SENT and _mail(issue) not in sent:
            what = f"event {issue.heading.id} says that a mail is sent, and by the ledger it is not"
            yield Finding(Invariant.I5, "SAID_UNSENT", f"registration {issue.heading.subject}", what, _DEVELOPERS)


def _mail(issue: Issue) -> UUID:
    data = data_of(issue.event.value)
    kind, occasion, role, epoch = (data.get(name) for name in ("kind", "occasion", "role", "epoch"))
    return recipes.effect_row(issue.heading.subject, str(kind), str(occasion), str(role), int(epoch or 0))
