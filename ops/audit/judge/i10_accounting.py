"""I10 and I11: every record that a service was given is accounted for, and every position is where it may be."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ops.audit.judge.evidence import Log, Party, Place
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.history import History, Standing
from ops.audit.judge.seen import Seen

_KEEP = "stop the service, keep everything as it is, and follow StateWentBack in the runbook"


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the records that a service was given; the other fields add up to `received`.

    `forgotten`: those that its journal may have held before it was pruned.
    """

    service: str
    received: int
    done: int
    parked: int
    moved: int
    in_flight: int
    forgotten: int
    missing: int


def account(history: History, party: Party) -> Account:
    """How many of the records of the party's topics became what: the sums of I10."""
    counts = Counter(standing for _, standing in history.standings[party.name])
    return Account(party.name, counts.total(), *(counts[standing] for standing in Standing))


def find(history: History) -> Iterator[Finding]:
    """Records that are not accounted for, and positions that are impossible."""
    for party in history.services:
        missing = [one for one, standing in history.standings[party.name] if standing is Standing.MISSING]
        yield from (_missing(history, party, one) for one in missing)
        if missing:
            yield _sum(account(history, party))
        for topic in party.consumes:
            for place in history.places[topic]:
                yield from _positions(history, party.name, place, history.evidence.logs[place])


def _missing(history: History, party: Party, one: Seen) -> Finding:
    committed = one.record.offset < history.committed(party.name, one.place)
    what = f"{party.name} has {'committed' if committed else 'settled'} past this record, and its journal has no entry"
    about = f"{one.at}, registration {one.subject}" if one.subject else one.at
    invariant = Invariant.I11 if committed else Invariant.I4
    return Finding(invariant, "NOT_IN_JOURNAL", about, what, _KEEP)


def _sum(found: Account) -> Finding:
    what = (
        f"received {found.received} = {found.done} done + {found.parked} parked + {found.moved} moved"
        f" + {found.in_flight} in flight + {found.forgotten} forgotten, and {found.missing} that nobody accounts for"
    )
    return Finding(Invariant.I10, "DOES_NOT_ADD_UP", found.service, what, "see the records named under I4 and I11")


def _positions(history: History, service: str, place: Place, log: Log) -> Iterator[Finding]:
    committed, settled = history.committed(service, place), history.settled(service, place)
    about = f"{service}, {place.topic} {place.partition}"
    if committed > settled:
        what = f"committed up to {committed}, and settled in Postgres only up to {settled}"
        yield Finding(Invariant.I11, "COMMITTED_AHEAD", about, what, _KEEP)
    if committed > log.end:
        what = f"committed up to {committed}, and the log ends at {log.end}: Kafka has lost records"
        yield Finding(Invariant.I11, "LOG_SHORTER", about, what, _KEEP)
    if log.begin > settled and (settled or committed):
        what = f"settled up to {settled}, and the log begins at {log.begin}: records went before they were read"
        yield Finding(Invariant.I10, "REMOVED_UNREAD", about, what, "have their publisher send them again")
