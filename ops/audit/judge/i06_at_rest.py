"""I6 and I7: recovery needs no hands, and a bad record delays no other key: everything that can go on does.

What is due in a paused service waits for the operator who paused it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from ops.audit.judge.evidence import EffectRow, Place, QueueRow
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.history import History, Standing
from ops.terminal.age import minute
from ops.terminal.counted import counted

_AT_REST = timedelta(seconds=5)
_RUNNING = timedelta(minutes=15)
"""How long something may be due before it counts as stuck: longer than an outage of the mail server's usual kind."""

_WAITING = ("PLANNED", "CLAIMED")
_UNDER_WAY = "BODY_STARTED"
"""It ends in a paused service too, as sent or uncertain."""

_BEFORE_THE_MAIL = ("CONNECT", "LOGIN", "RSET", "MAIL")
"""Commands at which a mail server does not know yet for whom a mail is: what it replies there is about no mail."""

_LOOK = "is the service ready? see its log, and `koppeling status`"
_finding = partial(Finding, Invariant.I6)


def find(history: History) -> Iterator[Finding]:
    """What waits without a reason."""
    for party in history.services:
        yield from _brakes(history, party.name)
        yield from _queue(history, party.name)
        yield from _deadlines(history, party.name)
        yield from _mails(history, party.name)
    if history.at_rest:
        yield from _in_flight(history)


def _is_paused(history: History, service: str) -> bool:
    return history.tables(service).paused is not None


def _is_late(history: History, moment: datetime | None) -> bool:
    patience = _AT_REST if history.at_rest else _RUNNING
    return moment is not None and moment < history.evidence.now - patience


def _brakes(history: History, service: str) -> Iterator[Finding]:
    for release, why in sorted(history.tables(service).stopped.items()):
        act = "`koppeling brake list`, then BrakePulled in the runbook"
        yield _finding("STOPPED", f"{service} {release}", f"the release has stopped itself: {why}", act)


def _queue(history: History, service: str) -> Iterator[Finding]:
    rows, paused = history.tables(service).queue, _is_paused(history, service)
    heads = _heads(rows)
    for row in rows:
        about = f"{service} {row.id} ({row.reason})"
        if row.handled or row.answered_by is not None:
            if history.at_rest and not paused:
                what = "its outcome is recorded, and nobody has noted that it is published"
                yield _finding("NOT_LET_GO", about, what, _LOOK)
        elif not paused and _is_late(history, row.due_at) and heads.get(row.key, row.seq) >= row.seq:
            yield _finding("NOT_TAKEN", about, "is due, nothing is before it, and nobody takes it", _LOOK)
        if row.blocks and (not row.key or row.reason == "ID_REUSED"):
            what = "cannot be read as anybody's, and blocks others"
            yield Finding(Invariant.I7, "BLOCKS_OTHERS", about, what, "call the developers")
        if row.kind == "queued" and not row.handled and row.key not in heads:
            what = "is queued behind a record, and no record is there"
            yield Finding(Invariant.I7, "WAITS_FOR_NOBODY", about, what, "call the developers")


def _heads(rows: tuple[QueueRow, ...]) -> dict[str, int]:
    """The first row of each key that blocks it."""
    heads: dict[str, int] = {}
    for row in rows:
        if row.blocks and not row.handled:
            heads[row.key] = min(row.seq, heads.get(row.key, row.seq))
    return heads


def _deadlines(history: History, service: str) -> Iterator[Finding]:
    if _is_paused(history, service):
        return
    held_up = {row.key for row in history.tables(service).queue if not row.handled}
    for row in history.tables(service).states:
        if row.lane >= 0 and row.due_at and row.key not in held_up and _is_late(history, row.due_at):
            what = f"its document {row.kind} was due at {minute(row.due_at)}, and nobody woke it"
            yield _finding("DEADLINE_MISSED", f"{service}, registration {row.key}", what, _LOOK)


def _mails(history: History, service: str) -> Iterator[Finding]:
    moving = (_UNDER_WAY,) if _is_paused(history, service) else (*_WAITING, _UNDER_WAY)
    for row in history.tables(service).effects:
        if row.status in moving and (history.at_rest or _is_late(history, _since(row))):
            about = f"registration {row.subject}, mail {row.kind}, {row.occasion}"
            act = "is the mail server there, and the notifier ready? see The mail server is away in the runbook"
            yield _finding("MAIL_NOT_SENT", about, f"stands at {row.status}", act)


def _since(row: EffectRow) -> datetime | None:
    """Since when it could have gone on.

    A mail that the mail server has refused for now waits for its next attempt. That counts only for a mail that was
    tried, and only if the server got as far as hearing of it at the last attempt: while the server cannot be reached, a
    mail is put off anew every few seconds.
    """
    if row.status == _UNDER_WAY:
        return row.body_started_at
    was_heard = (row.reply or "").partition(" ")[0] not in _BEFORE_THE_MAIL
    was_tried = row.attempts > (row.status == "CLAIMED") and was_heard
    return max((at for at in (row.planned_at, was_tried and row.not_before) if at), default=None)


def _in_flight(history: History) -> Iterator[Finding]:
    for party in history.services:
        if _is_paused(history, party.name):
            continue
        waiting: dict[Place, list[int]] = {}
        for one, standing in history.standings[party.name]:
            if standing is Standing.IN_FLIGHT:
                waiting.setdefault(one.place, []).append(one.record.offset)
        for place, offsets in waiting.items():
            about = f"{party.name}, {place.topic} {place.partition}"
            what = f"{counted(len(offsets), 'record')} not taken yet, from offset {min(offsets)} on"
            yield _finding("NOT_READ", about, what, _LOOK)
        for topic in party.consumes:
            for place in history.places[topic]:
                if place not in waiting:
                    yield from _between(history, party.name, place)


def _between(history: History, service: str, place: Place) -> Iterator[Finding]:
    committed, settled = history.committed(service, place), history.settled(service, place)
    if committed < settled:
        what = f"settled up to {settled}, and published only up to {committed}"
        yield _finding("NOT_PUBLISHED_YET", f"{service}, {place.topic} {place.partition}", what, _LOOK)
