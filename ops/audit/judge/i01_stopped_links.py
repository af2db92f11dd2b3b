"""I1 and I2 for a link that has worked for a day and then needs something: its customer is asked, exactly once.

This is decided by Keylane's reports on one request, where they came in the order of their dates and nobody forced a
second decision. In all other cases nobody can tell from outside which report the service heard first.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from ops.audit.judge.called_for import ASKED, CANCELLED, REALISED, REPORTED, REQUESTED, connection_of, cycle_of
from ops.audit.judge.evidence import JournalRow, Party, Place
from ops.audit.judge.finding import Finding, Invariant
from ops.audit.judge.heading import data_of
from ops.audit.judge.history import Fact, History, Standing, said_at
from ops.audit.judge.i02_asked_again import FORCED

WORKED_FOR = timedelta(days=1)


class _Request(NamedTuple):
    """A request to Keylane: of a registration, for a connection."""

    subject: str
    connection: str
    cycle: int


class _Report(NamedTuple):
    """What Keylane reported, when, and what was recorded of it; `row` is None unless its first attempt ended it."""

    data: Mapping[str, Any]
    at: datetime | None
    place: Place
    row: JournalRow | None

    @property
    def needs(self) -> frozenset[str]:
        """The codes of the findings; one report is told from another by these only, as the rest may be meant for us."""
        return frozenset(str(one.get("code")) for one in self.data.get("findings") or ())

    def has_led_to(self, topic: str) -> bool:
        """Whether such an event was emitted because of it."""
        return self.row is not None and any(event.topic == topic for event in self.row.events)


def find(history: History) -> Iterator[Finding]:
    """Links that stopped, and whose customers were not asked for what Keylane needs, or more than once."""
    for party in history.services:
        if REPORTED in party.consumes and ASKED in party.emits:
            is_over = _are_over(history)
            # Left out, as their customers may have been asked because of a forced decision.
            decided_again = {row.subject for row in history.tables(party.name).journal if row.reason == FORCED}
            for request, reports in _reports(history, party).items():
                if request.subject not in decided_again and _came_in_order(reports):
                    yield from _judged(request, reports, is_over=is_over(request))


def _reports(history: History, party: Party) -> Mapping[_Request, list[_Report]]:
    found: dict[_Request, list[_Report]] = defaultdict(list)
    for one, standing in history.standings[party.name]:
        if one.record.topic == REPORTED:
            data = data_of(one.record.value)
            row = history.row_of(party.name, one) if standing is Standing.DONE else None
            at_once = row if row is not None and row.attempt == 1 else None
            report = _Report(data, said_at(str(data.get("reported_at"))), one.place, at_once)
            found[_Request(one.subject, str(data.get("connection")), cycle_of(data))].append(report)
    return found


def _came_in_order(reports: list[_Report]) -> bool:
    """Whether they were heard in the order of their dates: in one partition, each at its first attempt."""
    dates = [report.at for report in reports if report.at is not None]
    is_sure = all(report.row is not None for report in reports) and len({report.place for report in reports}) == 1
    return is_sure and len(dates) == len(reports) and all(a <= b for a, b in pairwise(dates))


def _judged(request: _Request, reports: Iterable[_Report], *, is_over: bool) -> Iterator[Finding]:
    about = f"registration {request.subject}, connection {request.connection} cycle {request.cycle}"
    worked_at: datetime | None = None
    needed_at: datetime | None = None
    asked: _Report | None = None
    for report in _first_of_each(reports):
        match report.data.get("report"):
            case "configured" if worked_at is not None or report.has_led_to(REALISED):
                if worked_at is not None and (report.data.get("first_exchange_on") or needed_at == report.at):
                    return  # From outside nobody can tell whether that takes back what Keylane needed.
                worked_at, asked = report.at, None
            case "failed":
                return
            case "customer_action_needed" if worked_at is not None:
                needed_at = report.at
                if report.has_led_to(ASKED):
                    if asked and asked.data.get("findings") == report.data.get("findings"):
                        what = "its customer was asked for the same once more, and it had not worked in between"
                        yield Finding(Invariant.I2, "STOP_TOLD_TWICE", about, what, "call the developers")
                    asked = report
                elif not is_over and _has_worked(worked_at, report) and (asked is None or asked.needs != report.needs):
                    what = "it had worked for a day, Keylane needs something of its customer, and nobody asked for it"
                    yield Finding(Invariant.I1, "STOP_UNTOLD", about, what, "call the customer, then the developers")


def _first_of_each(reports: Iterable[_Report]) -> Iterable[_Report]:
    """Without repeats, which were answered with what is recorded."""
    found: dict[UUID, _Report] = {}
    for report in reports:
        if report.row is not None:
            found.setdefault(report.row.id, report)
    return found.values()


def _has_worked(worked_at: datetime, report: _Report) -> bool:
    return report.at is not None and report.at > worked_at + WORKED_FOR


def _are_over(history: History) -> Callable[[_Request], bool]:
    """Whether a later request, a withdrawal or the end may have come before a report on the request.

    This looks at what the service that hears the reports has said: a journal that still has what made the link work has
    forgotten none of these, which came later. Another service's journal may have.
    """
    called_off = {_request_in(fact) for fact in history.facts.get(CANCELLED, ())}
    newest: dict[tuple[str, str], int] = defaultdict(int)
    for fact in history.facts.get(REQUESTED, ()):
        asked = _request_in(fact)
        newest[asked[:2]] = max(newest[asked[:2]], asked.cycle)
    return lambda request: request in called_off or newest[request[:2]] != request.cycle


def _request_in(fact: Fact) -> _Request:
    return _Request(fact.subject, connection_of(fact.data), cycle_of(fact.data))
