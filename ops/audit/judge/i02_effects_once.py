"""I2: one effect for one registration, kind and occasion."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain

from ops.audit.judge import recipes
from ops.audit.judge.called_for import (
    ENDED,
    FINAL,
    REFUSED,
    REQUESTED,
    SUBMITTED,
    connection_of,
    connections_in,
    cycle_of,
    employer_code_of,
    occasion_of,
    package_of,
    registration_in,
)
from ops.audit.judge.evidence import EffectRow
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.history import Fact, History
from ops.audit.judge.i02_asked_again import forced_events
from ops.audit.judge.withdrawn import withdrawn

_UNSENT = ("PLANNED", "CLAIMED")
_finding = partial(Finding, Invariant.I2)


def find(history: History) -> Iterator[Finding]:
    """Effects, events and claims that are there more than once."""
    yield from _effects(history)
    yield from _mails(history)
    yield from _facts(history)
    yield from _finals(history)
    yield from _live_links(history)
    yield from _requests(history)


def _effects(history: History) -> Iterator[Finding]:
    for party in history.services:
        rows = history.tables(party.name).effects
        occasions = Counter((row.same, row.epoch) for row in rows)
        for row in rows:
            about = f"registration {row.subject}"
            if occasions[row.same, row.epoch] > 1:
                what = f"mail {row.kind}, {row.occasion}, is in the ledger more than once"
                yield _finding("PLANNED_TWICE", about, what, "settle all but one by hand")
            if row.id != recipes.effect_row(*row.same, row.epoch):
                what = f"mail {row.kind}, {row.occasion}: its id {row.id} does not follow from its occasion"
                yield _finding("EFFECT_ID", about, what, "call the developers: the same mail could be planned again")


def _mails(history: History) -> Iterator[Finding]:
    if history.evidence.mails is None:
        return
    accepted = Counter(mail.message_id for mail in history.evidence.mails)
    early = {mail.message_id for mail in history.evidence.mails if mail.early}
    for row in ledger(history):
        id_, about = str(row.id), f"registration {row.subject}, mail {row.kind}, {row.occasion}"
        if accepted[id_] > 1:
            what = f"the mail server accepted it {accepted[id_]} times (Message-ID {id_})"
            yield _finding("MAIL_TWICE", about, what, "tell the recipient, and look in the notifier's log for the id")
        if id_ in early and row.status in _UNSENT:
            what = f"the mail server accepted it, and the ledger says {row.status}: it will be sent again"
            act = f"at once `koppeling mails hold-back`; then settle what it held back, this one as sent (id {id_})"
            yield _finding("MAIL_ABOUT_TO_DOUBLE", about, what, act)


def ledger(history: History) -> Iterable[EffectRow]:
    """Every row of every ledger."""
    return chain.from_iterable(history.tables(party.name).effects for party in history.services)


def _facts(history: History) -> Iterator[Finding]:
    forced = forced_events(history)
    for topic, facts in history.facts.items():
        said: dict[tuple[str, str], list[str]] = defaultdict(list)
        for fact in facts:
            occasion = occasion_of(fact)
            if occasion is not None and fact.id not in forced:
                said[fact.subject, occasion].append(fact.id)
        yield from _twice(topic, said)


def _twice(topic: str, said: dict[tuple[str, str], list[str]]) -> Iterator[Finding]:
    for (subject, occasion), ids in said.items():
        if len(ids) > 1:
            what = f"{topic}, {occasion}, was said under {len(ids)} ids: {', '.join(sorted(ids)[:3])}"
            yield _finding("SAID_TWICE", f"registration {subject}", what, "call the developers; warn the readers")


def _finals(history: History) -> Iterator[Finding]:
    ends: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for topic in FINAL:
        for fact in history.facts.get(topic, ()):
            ends[fact.subject, occasion_of(fact)].add(topic)
    for (subject, occasion), topics in ends.items():
        if len(topics) > 1:
            what = f"{occasion} was both realised and refused: the first final word stands, and no second"
            yield _finding("TWO_ENDS", f"registration {subject}", what, "ask Keylane how the connection stands")


def _live_links(history: History) -> Iterator[Finding]:
    """An employer has, for one package and employer code, one live registration, here and at Keylane."""
    refused: dict[tuple[str, str], int] = defaultdict(int)
    for fact in history.facts.get(REFUSED, ()):
        link = (fact.subject, employer_code_of(fact.data))
        refused[link] = max(refused[link], cycle_of(fact.data))
    ended = {fact.subject for fact in history.facts.get(ENDED, ())}
    taken_out = withdrawn(history)
    holders: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    # Only the newest cycle: a correction may have given up what an earlier one had.
    newest = {fact.subject: fact for fact in _by_cycle(history, SUBMITTED)}
    asked = {(fact.subject, connection_of(fact.data)): fact for fact in _by_cycle(history, REQUESTED)}
    for fact in (*newest.values(), *asked.values()):
        for number, key in _links(fact):
            let_go = max(refused[fact.subject, key[2]], taken_out[fact.subject, number])
            if fact.subject not in ended and let_go < cycle_of(fact.data):
                holders[key].add(fact.subject)
    for holding in holders.values():
        if len(holding) > 1:
            what = "hold the same connection, and none was refused, withdrawn or ended"
            yield _finding("CLAIMED_TWICE", f"registrations {', '.join(sorted(holding))}", what, "end all but one")


def _by_cycle(history: History, topic: str) -> list[Fact]:
    return sorted(history.current(topic), key=lambda fact: cycle_of(fact.data))


def _links(fact: Fact) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """By number, the links of a submitted registration, or the one that Keylane was asked for."""
    said = registration_in(fact.data)
    employer = said.get("loonheffingennummer") or said.get("raamwerkcontractnummer") or fact.subject
    package = said.get("package") or package_of(fact.data)
    asked = {connection_of(fact.data): employer_code_of(fact.data)}
    for number, code in (connections_in(fact.data) or asked).items():
        yield number, (str(employer), str(package), code)


def _requests(history: History) -> Iterator[Finding]:
    """Keylane acts on each request that it has not seen, so two requests of one cycle would be two effects."""
    if history.evidence.keylane is None:
        return
    acted = Counter(
        (one.subject, one.connection, one.cycle) for one in history.evidence.keylane.requests if one.outcome != "stale"
    )
    for (subject, connection, cycle), count in acted.items():
        if count > 1:
            what = f"Keylane acted on {count} requests for connection {connection} cycle {cycle}"
            yield _finding("REQUESTED_TWICE", f"registration {subject}", what, "tell Keylane which one stands")
