"""A second mail, and a second decision, only where an operator has it on record."""

import asyncio
from dataclasses import replace

import pytest
from doctored import asked_for, mail, once_more, says, unasked
from doctoring import SOMEBODY, effects, tables
from flow_in_memory import Flow, played
from forms import loket_form
from memory_evidence import evidence_of
from test_forced_judged import force, realised
from test_judge import codes
from test_part_of_the_past import moments, part_of

from ops.audit.judge.evidence import AcceptedMail, Deeds, EffectRow, Evidence
from ops.audit.judge.finding import Invariant
from ops.audit.judge.history import History
from ops.audit.judge.tally import tally
from ops.audit.judge.verdict import judge
from schemas.flow import ENRICHMENT, NOTIFIER

EPOCH = 3


@pytest.fixture(scope="module")
def healthy() -> Evidence:
    return evidence_of(asyncio.run(realised())[0])


@pytest.fixture(scope="module")
def forced() -> Evidence:
    """All that the notifier has read was decided again; everybody was mailed twice."""

    async def mailed_again() -> Flow:
        flow, _ = await realised()
        await force(flow, NOTIFIER, EPOCH)
        return flow

    return evidence_of(asyncio.run(mailed_again()))


def confirmation(evidence: Evidence) -> EffectRow:
    return next(row for row in evidence.tables["notifier"].effects if row.kind == "link-realised" and not row.epoch)


def mailed_once_more(evidence: Evidence, first: EffectRow, epoch: int = 1) -> tuple[Evidence, EffectRow]:
    anew = once_more(replace(first, epoch=epoch - 1))
    return mail(effects(evidence, lambda row: row, anew), AcceptedMail(str(anew.id), (str(anew.recipient),))), anew


def test_a_copy_of_a_sent_mail_that_nobody_asked_for_is_found_and_counted_as_double(healthy: Evidence) -> None:
    given, anew = mailed_once_more(healthy, confirmation(healthy))
    assert "MAIL_UNASKED" in codes(given)
    (double,) = tally(History(given, at_rest=True)).double
    assert double.registration == anew.subject


def test_what_operators_had_planned_anew_one_after_the_other_was_asked_for(healthy: Evidence) -> None:
    given, first = mailed_once_more(healthy, confirmation(healthy))
    given, second = mailed_once_more(given, first, epoch=2)
    given = asked_for(given, first, second)
    assert "MAIL_UNASKED" not in codes(given)
    assert tally(History(given, at_rest=True)).double == ()


def test_a_mail_of_a_forced_replay_was_asked_for(forced: Evidence) -> None:
    assert codes(forced) == set()


def test_what_is_said_of_a_second_mail_is_held_against_that_one(forced: Evidence) -> None:
    mails = forced.tables["notifier"].effects
    unsent = tuple(replace(row, status="UNCERTAIN") if row.epoch else row for row in mails)
    assert "SAID_UNSENT" in codes(tables(forced, "notifier", effects=unsent))


@pytest.mark.parametrize(
    "deeds", [Deeds(), Deeds(forced={"notifier": frozenset({EPOCH + 1})}), Deeds(forced={"intake": frozenset({EPOCH})})]
)
def test_a_forced_replay_explains_its_own_epoch_in_its_own_service_alone(forced: Evidence, deeds: Deeds) -> None:
    assert codes(replace(forced, deeds=deeds)) == {"MAIL_UNASKED", "FORCED_UNASKED"}


def test_in_the_epoch_of_a_forced_replay_only_what_it_decided_again_is_explained(healthy: Evidence) -> None:
    given, _ = mailed_once_more(healthy, confirmation(healthy), EPOCH)
    given = replace(given, deeds=Deeds(forced={"notifier": frozenset({EPOCH})}))
    assert "MAIL_UNASKED" in codes(given)


async def test_a_forced_replay_that_was_killed_half_way_explains_what_it_came_to() -> None:
    flow = Flow()
    flow.submit("form-1", loket_form(1))
    await played(flow)
    await force(flow, NOTIFIER, EPOCH)
    flow.submit("form-2", loket_form(2))
    await flow.run()
    assert codes(evidence_of(flow)) == set()


def test_what_is_called_forced_and_is_not_excuses_nothing_that_was_said_twice(healthy: Evidence) -> None:
    rows = healthy.tables[ENRICHMENT.name].journal
    row = next(row for row in rows if says(row, "policy-enriched"))
    events = tuple(event._replace(headers=(("ce_id", b"another"), *event.headers)) for event in row.events)
    again = replace(row, id=SOMEBODY, reason="FORCED", events=events)
    given = tables(healthy, ENRICHMENT.name, journal=(*rows, again))
    assert {"SAID_TWICE", "FORCED_UNASKED"} <= codes(given)
    assert "SAID_TWICE" not in codes(replace(given, deeds=None)), "nobody has looked"


def test_a_mail_sent_again_whose_event_nobody_knows_is_found_like_the_first(healthy: Evidence) -> None:
    given, anew = mailed_once_more(healthy, confirmation(healthy))
    alone = tuple(row for row in given.tables["notifier"].effects if row.id == anew.id)
    odd = tuple(replace(once_more(replace(row, epoch=0, occasion="connection 9")), status="FAILED") for row in alone)
    assert "MAIL_WITHOUT_EVENT" in codes(asked_for(tables(given, "notifier", effects=odd), *odd))


def test_without_the_record_nothing_is_found_and_that_is_said(healthy: Evidence) -> None:
    verdict = judge(replace(unasked(healthy), deeds=None), at_rest=True)
    assert "MAIL_UNASKED" not in {finding.code for finding in verdict.findings}
    assert "the record of what operators did" in verdict.partly[Invariant.I2]


def test_what_a_part_of_the_past_shows_is_explained_by_its_epoch_alone(forced: Evidence) -> None:
    part = replace(forced, since=forced.now)
    for found in (part, part_of(forced, moments(forced)[-1])):
        assert not codes(found) & {"MAIL_UNASKED", "FORCED_UNASKED"}
    assert codes(replace(part, deeds=Deeds())) >= {"MAIL_UNASKED", "FORCED_UNASKED"}
