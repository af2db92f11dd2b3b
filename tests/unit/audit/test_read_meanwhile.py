"""A system that goes on while it is read, in the order that `evidence` names: nothing is found for having moved on."""

from collections.abc import Iterator
from dataclasses import replace

from memory_evidence import evidence_of
from test_judge import varied
from test_part_of_the_past import with_keylane

from ops.audit.judge.evidence import Evidence
from ops.audit.judge.verdict import judge

APART = 3
"""How many turns lie between the parts of what is read."""


async def stepwise() -> list[Evidence]:
    """What a day looks like before every worker's every turn."""
    flow, moments = varied(), list[Evidence]()
    await flow.start()
    for _ in range(7):
        for worker in flow.workers:
            moments.append(with_keylane(evidence_of(flow)))
            await worker.run_once()
        flow.answer_and_send()
    return moments


def read_over(moments: list[Evidence]) -> Iterator[Evidence]:
    """Positions first, then the tables, then records and mails up to the end that they have by then."""
    for first, then, last in zip(moments, moments[APART:], moments[2 * APART :], strict=False):
        early = {mail.message_id for mail in first.mails or ()}
        yield replace(
            then,
            committed=first.committed,
            logs={place: replace(log, fence=first.logs[place].end) for place, log in last.logs.items()},
            mails=tuple(replace(mail, early=mail.message_id in early) for mail in last.mails or ()),
            keylane=last.keylane,
        )


async def test_nothing_is_found_for_having_moved_on_while_it_was_read() -> None:
    found = [judge(evidence, at_rest=False).findings for evidence in read_over(await stepwise())]
    assert len(found) > 20
    assert [one for one in found if one] == []
