"""What the plan of a forced replay says is what the worker does, and no mail follows that nobody has confirmed."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import click
import pytest
from flow_in_memory import Flow, played
from forms import loket_form

from ops.replay.fate import Entry, ServiceKnows
from ops.replay.force_options import NOT_FORCED, Force
from ops.replay.forced import Outlook, is_forcible
from ops.replay.rehearsal import Rehearsal, Rehearsed
from ops.terminal.output import COLUMNS
from schemas.flow import LANES, NOTIFIER, SERVICES, Party
from stream.decode import Received, decode
from stream.horizon import HORIZON
from stream.memory.store import MemoryStore
from stream.new_row import replay_row
from stream.store import OutcomeKind


async def realised() -> Flow:
    flow = Flow()
    flow.submit("form-1", loket_form(1))
    flow.submit("form-2", loket_form(2), known=False)
    return await played(flow)


def read_by(flow: Flow, party: Party) -> list[Received]:
    items = [decode(record) for event in party.consumes for record in flow.broker.records(event.name)]
    return [item for item in items if isinstance(item, Received)]


async def rehearsed(flow: Flow, party: Party, items: Sequence[Received]) -> Rehearsed:
    (worker,) = (worker for worker in flow.workers if worker.service.name == party.name)
    rehearsal = Rehearsal(worker.service, MemoryStore(flow.databases[party.name]), flow.clock, HORIZON)
    for item in items:
        await rehearsal.rehearse([item])
    return rehearsal.so_far


def entries(flow: Flow, party: Party) -> Counter[str]:
    return Counter(entry.reason or "" for entry in flow.databases[party.name].tables.journal.values())


@pytest.mark.parametrize("party", SERVICES, ids=lambda party: party.name)
@pytest.mark.parametrize("documents", ["as they stand", "lost"])
async def test_the_plan_foretells_what_the_service_decides(party: Party, documents: str) -> None:
    flow = await realised()
    tables = flow.databases[party.name].tables
    if documents == "lost":
        tables.states = {key: (lane, state._replace(document=None)) for key, (lane, state) in tables.states.items()}
    items, before, planned = read_by(flow, party), entries(flow, party), set(tables.effects)
    said = Counter({event.name: len(flow.broker.records(event.name)) for event in party.emits})
    snapshot = flow.databases[party.name].snapshot()
    foretold = await rehearsed(flow, party, items)
    assert flow.databases[party.name].snapshot() == snapshot, "a rehearsal writes nothing"

    tables.queue_replays([replay_row(one, UUID(int=1), flow.clock.now(), LANES, effect_epoch=1) for one in items])
    (worker,) = (worker for worker in flow.workers if worker.service.name == party.name)
    while await worker.run_once():
        pass
    after = Counter({event.name: len(flow.broker.records(event.name)) for event in party.emits})
    assert after - said == foretold.said
    assert entries(flow, party) - before == Counter(FORCED=foretold.speaking + foretold.silent) + foretold.ignored
    assert len(tables.effects.keys() - planned) == foretold.effects
    assert foretold.records == len(items)


async def test_mails_are_counted_whether_they_are_planned_or_follow_from_what_is_said() -> None:
    flow = await realised()
    again = Outlook(NOTIFIER.name, forced=await rehearsed(flow, NOTIFIER, read_by(flow, NOTIFIER)))
    assert again.mails == len(flow.databases[NOTIFIER.name].tables.effects) > 0
    said = Rehearsed(records=3, speaking=3, said=Counter({"link-realised": 2, "policy-enriched": 1}))
    assert Outlook("provisioning", forced=said).mails == 2


@pytest.mark.parametrize(
    ("force", "allowed"),
    [
        (Force(wanted=True), {0}),
        (Force(wanted=True, mails=True), {0}),
        (Force(wanted=True, mails=True, confirmed=2), {0, 2}),
    ],
)
def test_mails_follow_only_when_their_number_was_confirmed(force: Force, allowed: set[int]) -> None:
    assert {mails for mails in range(4) if force.allows(mails)} == allowed


@pytest.mark.parametrize("force", [Force(mails=True), Force(confirmed=1), Force(wanted=True, confirmed=1)])
def test_a_switch_without_that_which_it_belongs_to_is_wrong_usage(force: Force) -> None:
    with pytest.raises(click.UsageError):
        force.check()
    NOT_FORCED.check()


async def test_only_what_was_answered_and_is_over_can_be_forced() -> None:
    item = read_by(await realised(), NOTIFIER)[0]
    entry = {item.id: Entry(item.hash, OutcomeKind.EMIT)}
    now = datetime.now(UTC)
    far = now - item.envelope.time + timedelta(days=1) if item.envelope else HORIZON
    known = ServiceKnows(entry, (), None, {})
    assert is_forcible(item, known, (), horizon=far)
    assert not is_forcible(item, ServiceKnows({}, (), None, {}), (), horizon=far), "never handled"
    other = ServiceKnows({item.id: Entry(b"", OutcomeKind.EMIT)}, (), None, {})
    assert not is_forcible(item, other, (), horizon=far), "another body under its id"
    assert not is_forcible(item, ServiceKnows(entry, {item.subject}, None, {}), (), horizon=far), "held up"
    assert not is_forcible(item, known, {item.id}, horizon=far), "its own row is still there"
    assert not is_forcible(item, known, (), horizon=now - now), "too old"


def test_the_plan_fits_into_80_columns() -> None:
    said = Counter({event.name: 12_345 for event in NOTIFIER.consumes})
    reasons = Counter({"STALE_REVISION": 12_345})
    outlook = Outlook("intake", 12_345, Rehearsed(99_999, reasons, reasons, 12_345, 12_345, said, 7), {UUID(int=1)})
    lines = list(outlook.lines())
    assert max(map(len, lines)) <= COLUMNS
    assert "1 mail of these registrations not sent yet, or uncertain: let them go out" in " ".join(lines)
    assert "--mails --confirm" in lines[-1]
