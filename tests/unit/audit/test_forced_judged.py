"""What an operator forced to be decided again, in the eyes of the judge."""

from uuid import UUID

from flow_in_memory import Flow, played
from forms import loket_form
from memory_evidence import evidence_of

from ops.audit.judge.verdict import judge
from schemas.flow import ENRICHMENT, LANES, NOTIFIER, SERVICES, Party
from stream.decode import decode
from stream.document import DocumentKey
from stream.new_row import replay_row


async def force(flow: Flow, party: Party, epoch: int) -> None:
    """Everything that this service has read, decided again."""
    records = [record for event in party.consumes for record in flow.broker.records(event.name)]
    rows = [replay_row(decode(one), UUID(int=epoch), flow.clock.now(), LANES, effect_epoch=epoch) for one in records]
    flow.forced.setdefault(party.name, set()).add(epoch)
    flow.databases[party.name].tables.queue_replays(rows)
    await flow.run()


async def realised() -> tuple[Flow, str]:
    flow = Flow()
    me = flow.submit("form-1", loket_form(1))
    flow.submit("form-2", loket_form(2))
    return await played(flow), me


async def test_all_that_all_services_have_read_decided_again_says_nothing_anew_but_mails() -> None:
    flow, _ = await realised()
    events = {event.name for party in SERVICES for event in party.emits} - {"notification-sent"}
    said, mails = {name: len(flow.broker.records(name)) for name in events}, len(flow.sent)
    for epoch, party in enumerate(SERVICES, start=1):
        await force(flow, party, epoch)
    assert {name: len(flow.broker.records(name)) for name in events} == said
    epochs = [effect.effect_epoch for effect in flow.databases[NOTIFIER.name].tables.effects.values()]
    assert (len(epochs), len(flow.sent)) == (2 * mails, 2 * mails)
    assert set(epochs) == {0, SERVICES.index(NOTIFIER) + 1}
    assert judge(evidence_of(flow), at_rest=True).findings == ()


async def said_again() -> Flow:
    """What enrichment had forgotten, and was forced to say once more."""
    flow, me = await realised()
    states, key = flow.databases[ENRICHMENT.name].tables.states, DocumentKey("enrichment", me)
    lane, state = states[key]
    states[key] = lane, state._replace(document=None)
    mails = len(flow.sent)
    await force(flow, ENRICHMENT, 1)
    assert len(flow.sent) == mails
    return flow


async def test_what_a_service_has_forgotten_and_is_forced_to_say_again_is_no_double() -> None:
    flow = await said_again()
    ids = {decode(one).id for one in flow.broker.records("policy-enriched")}
    assert len(ids) == 3, "two registrations, and one of them said again"
    assert judge(evidence_of(flow), at_rest=True).findings == ()
