"""Whatever comes in whatever order, however often, early, late or never: nothing is lost, nothing is done twice."""

from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from keylane_story import MISSING, ended, enriched, report, withdrawn
from provisioning_world import World
from service_in_memory import RETRIES_S
from typed_forms import raet, token

from ops.story.standing import STAGES
from payroll.packages import packages
from schemas.event import Event
from schemas.events import (
    ConnectionsWithdrawn,
    CustomerActionNeeded,
    LinkRealised,
    PolicyEnriched,
    ProvisioningCancelled,
    ProvisioningRefused,
    ProvisioningReported,
    ProvisioningRequested,
    RegistrationEnded,
)
from schemas.flow import PROVISIONING
from schemas.values import Finding
from services.monitor.stage import Stage
from services.provisioning.documents import Link, LinkStage

pytestmark = pytest.mark.long

OPEN = (LinkStage.REQUESTED, LinkStage.ACCEPTED, LinkStage.ACTION_NEEDED)
KEYLANE, ENRICHMENT, INTAKE = "urn:keylane", "urn:salariskoppeling:enrichment", "urn:salariskoppeling:intake"
SAYINGS = ("accepted", "customer_action_needed", "configured", "failed")
WORDS = {
    LinkStage.ACCEPTED: "accepted",
    LinkStage.ACTION_NEEDED: "customer_action_needed",
    LinkStage.REALISED: "configured",
    LinkStage.REFUSED: "failed",
}
CHANGES = ("nothing", "secret", "frequency", "email")
LATE = st.sampled_from((False, False, False, True))
CYCLES_AGO = st.sampled_from((0, 0, 0, 0, 1, 2, -1))
OTHER = (Finding(code="USER_BLOCKED"),)
NAMED = date(2027, 3, 10)


def by_cycle(request: ProvisioningRequested) -> int:
    return request.cycle


def cycles(
    said: Iterable[ProvisioningRequested | ProvisioningCancelled | LinkRealised | ProvisioningRefused],
) -> list[tuple[int, int]]:
    return [(one.contact.connection, one.cycle) for one in said]


def once(occasions: Iterable[Hashable]) -> bool:
    return all(count == 1 for count in Counter(occasions).values())


class Provisioning(RuleBasedStateMachine):
    """A registration of two connections, a customer who corrects and withdraws, and a Keylane that says anything."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.cycle = 0
        self.form = raet()
        self.package = "raet"
        self.end: int | None = None

    @initialize(contacts=st.booleans())
    def of_a_package_whose_customers_keylane_contacts(self, *, contacts: bool) -> None:
        self.package = "loket" if contacts else "raet"

    def teardown(self) -> None:
        try:
            self._let_everything_arrive()
        finally:
            self.world.close()

    @precondition(lambda self: self.end is None)
    @rule(changed=st.sampled_from(CHANGES), connection=st.integers(0, 1), late=LATE)
    def submit_or_correct(self, changed: str, connection: int, *, late: bool) -> None:
        self.cycle += 1
        match changed:
            case "secret":
                renewed = token(connection + 1).replace("ttt", f"t{self.cycle:02}")
                self.form["connections"][connection]["client_secret"] = renewed
            case "frequency":
                self.form["frequency"] = "four_weeks" if self.form["frequency"] == "month" else "month"
            case "email":
                self.form["email"] = f"salaris{self.cycle}@dekorst.example"
        whole = enriched(self.form, cycle=self.cycle)
        registration = whole.registration.model_copy(update={"package": self.package})
        self._written(whole.model_copy(update={"registration": registration}), ENRICHMENT, late=late)

    @precondition(lambda self: self.end is None and self.cycle)
    @rule(late=LATE, sure=st.integers(0, 3))
    def withdraw(self, *, late: bool, sure: int) -> None:
        if sure == 0:  # seldom: nothing much happens afterwards
            self.end = self.cycle
            self._written(ended(cycle=self.cycle), INTAKE, late=late)

    @precondition(lambda self: self.end is None and self.cycle)
    @rule(connection=st.integers(1, 2), late=LATE)
    def withdraw_a_connection(self, connection: int, *, late: bool) -> None:
        """The next cycle brings it back."""
        self._written(withdrawn(connection, cycle=self.cycle), INTAKE, late=late)

    @rule(what=st.sampled_from(SAYINGS), connection=st.integers(1, 2), cycles_ago=CYCLES_AGO, late=LATE)
    def keylane_says(self, what: str, connection: int, cycles_ago: int, *, late: bool) -> None:
        asked = max((one.cycle for one in self._requests(connection)), default=1)
        more: dict[str, Any] = {"cycle": max(asked - cycles_ago, 1), "reported_at": self.world.clock.now()}
        if what == "customer_action_needed":
            more["findings"] = (MISSING, OTHER)[self.world.clock.now().minute % 2]
        if what == "configured":
            more["first_exchange_on"] = (None, NAMED)[self.world.clock.now().minute % 2]
        self._written(report(what, connection, **more), KEYLANE, late=late)

    @precondition(lambda self: self.world.undelivered)
    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        self.world.deliver(self.world.undelivered.pop(data.draw(st.integers(0, len(self.world.undelivered) - 1))))

    @precondition(lambda self: self.world.delivered and not self.world.tries_again)
    @rule(data=st.data())
    def redeliver(self, data: st.DataObject) -> None:
        before = self._story()
        self.world.deliver(self.world.delivered[data.draw(st.integers(0, len(self.world.delivered) - 1))], again=True)
        assert self._story() == before

    @rule(passed=st.sampled_from((timedelta(minutes=1), timedelta(days=1), timedelta(days=11))))
    def time_passes(self, passed: timedelta) -> None:
        self.world.pass_time(passed)

    @invariant()
    def every_state_has_a_next_step(self) -> None:
        document = self.world.remembered
        links = document.links if document else ()
        for link in links:
            assert (link.stage in OPEN) == (link.due_at is not None or link.overdue)
        if document is not None:
            assert document.due_at == min((link.due_at for link in links if link.due_at), default=None)
            assert document.ended is None or {link.stage for link in links} <= {LinkStage.CANCELLED}

    @invariant()
    def nothing_is_said_twice(self) -> None:
        said = self.world.said
        requests = cycles(said(ProvisioningRequested))
        cancelled = cycles(said(ProvisioningCancelled))
        finals = cycles(said(LinkRealised)) + cycles(said(ProvisioningRefused))
        assert once(requests)
        assert once(cancelled)
        assert once(finals)
        assert once((one.contact.connection, one.cycle, one.number) for one in said(CustomerActionNeeded))
        assert set(cancelled) <= set(requests)

    @invariant()
    def keylane_is_asked_what_is_remembered(self) -> None:
        document = self.world.remembered
        for link in document.links if document else ():
            assert max(one.cycle for one in self._requests(link.connection)) == link.cycle <= document.cycle  # type: ignore[union-attr]

    @invariant()
    def the_live_view_shows_where_each_connection_stands(self) -> None:
        document = self.world.remembered
        for link in document.links if document else ():
            place = self.world.standing(link.connection).place
            # That Keylane has taken a connection in is told by Keylane alone.
            told = STAGES[LinkStage.REQUESTED if link.stage is LinkStage.ACCEPTED else link.stage]
            was_asked = link.stage is LinkStage.ACCEPTED and link.actions
            assert place is not None
            assert place.stage is (Stage.CUSTOMER_ACTION_NEEDED if was_asked else told)

    @invariant()
    def keylane_writes_to_the_address_that_counts(self) -> None:
        document = self.world.remembered
        if document is None or not packages()[document.package].keylane_contacts_customer:
            return
        for link in document.links:
            if link.stage in (*OPEN, LinkStage.REFUSED):
                assert max(self._requests(link.connection), key=by_cycle).contact.email == document.email

    @invariant()
    def a_human_is_asked_only_about_what_was_not_requested_before_it_was_reported(self) -> None:
        assert set(self.world.given_up()) <= {"NOTHING_REQUESTED", "REPORTED_AT_IMPLAUSIBLE"}

    def _let_everything_arrive(self) -> None:
        while self.world.undelivered:
            self.world.deliver(self.world.undelivered.pop())
        self.world.pass_time(timedelta(seconds=RETRIES_S))
        while self.world.tries_again:
            self.world.pass_time(timedelta(seconds=RETRIES_S))
        heard = [letter.event for letter in self.world.delivered]
        newest = max((one.cycle for one in heard if isinstance(one, PolicyEnriched | RegistrationEnded)), default=0)
        document = self.world.remembered
        assert (document.cycle if document else 0) == newest
        if document is None:
            return
        assert (document.ended is None) == (self.end is None)
        said = [one for one in heard if isinstance(one, ConnectionsWithdrawn)]
        for link in document.links:
            assert self._is_as_heard(link, heard)
            gone = max((one.cycle for one in said if one.connections[0].connection == link.connection), default=0)
            assert (link.stage is LinkStage.CANCELLED) == (self.end is not None or gone == self.cycle)

    def _is_as_heard(self, link: Link, heard: list[Any]) -> bool:
        """It stands where a report about its last request has put it; a final word has come to something."""
        about = (link.connection, link.cycle)
        if link.stage is LinkStage.CANCELLED:
            return about in {(one.contact.connection, one.cycle) for one in self.world.said(ProvisioningCancelled)}
        reports = {
            one.report
            for one in heard
            if isinstance(one, ProvisioningReported) and (one.connection, one.cycle) == about
        }
        if link.stage is not LinkStage.REQUESTED and WORDS[link.stage] not in reports:
            return False
        return not reports & {"configured", "failed"} or link.stage not in OPEN or bool(self.world.given_up())

    def _written(self, event: Event, source: str, *, late: bool) -> None:
        ours = isinstance(event, PolicyEnriched | RegistrationEnded | ConnectionsWithdrawn)
        letter = self.world.write(event, source, revision=self.cycle if ours else None)
        if not late:
            self.world.undelivered.remove(letter)
            self.world.deliver(letter)

    def _requests(self, connection: int) -> list[ProvisioningRequested]:
        return [one for one in self.world.said(ProvisioningRequested) if one.contact.connection == connection]

    def _story(self) -> tuple[object, ...]:
        return self.world.remembered, *(self.world.said(event) for event in PROVISIONING.emits)


TestProvisioning = Provisioning.TestCase
TestProvisioning.settings = settings(stateful_step_count=30)
