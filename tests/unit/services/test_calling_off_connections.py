"""What Keylane hears when single connections are withdrawn, in whatever order that and the rest arrive."""

from collections.abc import Sequence
from datetime import timedelta

from keylane_story import at_keylane, ended, enriched, report, stages, withdrawn
from service_in_memory import Letter, ServiceInMemory, letter
from stories import NOW, Story
from typed_forms import REGISTRATION, raet

from schemas.envelope import Envelope
from schemas.events import (
    ConnectionsWithdrawn,
    LinkRealised,
    PolicyEnriched,
    ProvisioningCancelled,
    ProvisioningRequested,
)
from services.provisioning.decide import service
from services.provisioning.documents import Provisioning
from services.provisioning.terms import Terms
from stream.memory.manual_clock import ManualClock


def requested(events: tuple[object, ...]) -> list[tuple[int, int]]:
    return [(one.contact.connection, one.cycle) for one in events if isinstance(one, ProvisioningRequested)]


def fresh() -> Story:
    return Story(service(Terms(timedelta(days=10))))


def test_one_is_called_off_and_the_other_is_left_alone() -> None:
    story = at_keylane(raet())
    said = story.only(ProvisioningCancelled, withdrawn(2))
    assert (said.contact.connection, said.cycle, said.reason) == (2, 1, "withdrawn")
    assert stages(story) == ["requested", "cancelled"]
    realised = story.only(LinkRealised, report("configured"))
    assert [one.stage for one in realised.connections] == ["realised", "cancelled"]


def test_said_again_it_calls_off_nothing_more() -> None:
    story = at_keylane(raet(), then=withdrawn(2))
    assert story.said(withdrawn(2)) == ()


def test_what_was_withdrawn_before_its_policy_was_found_is_not_asked_for() -> None:
    story = fresh()
    assert story.said(withdrawn(2)) == ()
    assert story.said(withdrawn(3)) == ()
    assert requested(story.said(enriched(raet()))) == [(1, 1)]


def test_a_request_has_one_id_whatever_else_is_asked_for_with_it() -> None:
    # A Postgres that came back older makes provisioning hear what it knew already, perhaps in another order.
    policy = Envelope("p", "urn:enrichment", PolicyEnriched.name, PolicyEnriched.version, REGISTRATION, NOW)
    less = Envelope("w", "urn:intake", ConnectionsWithdrawn.name, ConnectionsWithdrawn.version, REGISTRATION, NOW)
    found, left = letter(policy, enriched(raet())), letter(less, withdrawn(1))
    ids = [ids_of_requests(order) for order in ((found, left), (left, found))]
    assert [list(asked) for asked in ids] == [[1, 2], [2]]
    assert ids[0][2] == ids[1][2]


def ids_of_requests(letters: Sequence[Letter]) -> dict[int, str]:
    provisioning = ServiceInMemory(service(Terms()), ManualClock(NOW))
    try:
        for one in letters:
            provisioning.deliver(one)
        said = provisioning.listen()
    finally:
        provisioning.close()
    return {one.event.contact.connection: one.id for one in said if isinstance(one.event, ProvisioningRequested)}


def test_an_earlier_cycle_that_comes_late_brings_nothing_back() -> None:
    story = at_keylane(raet())
    story.only(ProvisioningCancelled, withdrawn(2, cycle=2))
    changed = raet(frequency="four_weeks")
    assert requested(story.said(enriched(changed, cycle=2))) == [(1, 2)]


def test_a_later_cycle_brings_it_back_with_a_first_exchange_of_its_own() -> None:
    story = at_keylane(raet(), then=report("configured", connection=2))
    story.said(withdrawn(2))
    assert (2, 2) in requested(story.said(enriched(raet(), cycle=2)))
    assert story.document(Provisioning).links[1].first_exchange is None


def test_what_was_brought_back_stays_when_the_withdrawal_comes_late() -> None:
    story = at_keylane(raet(), then=enriched(raet(frequency="four_weeks"), cycle=2))
    assert story.said(withdrawn(2, cycle=1)) == ()
    assert stages(story) == ["requested", "requested"]


def test_when_the_whole_ends_it_is_called_off_once() -> None:
    story = at_keylane(raet(), then=withdrawn(2))
    said = story.only(ProvisioningCancelled, ended())
    assert said.contact.connection == 1


def test_what_was_brought_back_unchanged_stays_when_the_withdrawal_comes_late() -> None:
    story = at_keylane(raet())
    assert requested(story.said(enriched(raet(), cycle=2))) == []
    assert story.said(withdrawn(2, cycle=1)) == ()
